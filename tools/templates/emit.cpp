#include "emit.hpp"

#include "markup.hpp"

#include <algorithm>
#include <sstream>

namespace wasl::templates {

namespace {

// Types that are passed by value; all others by reference to const.
bool is_small(const std::string& type) {
    static const std::set<std::string> small{"std::string_view", "bool", "int", "std::size_t", "std::int64_t", "unsigned",
                                             "wasl::lingua::Key", "wasl::lingua::Language"};
    return small.contains(type);
}

std::string signature(const Template& from) {
    std::string out = "void " + from.function() + "([[maybe_unused]] Page& page";
    for (const auto& parameter : from.parameters) {
        out += ", [[maybe_unused]] " +
               (is_small(parameter.type) ? parameter.type + " " : "const " + parameter.type + "& ") + parameter.name;
    }
    out += from.has_slot ? ", [[maybe_unused]] Slot slot)" : ")";
    return out;
}

std::string literal(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        switch (c) {
            case '"': out += "\\\""; break;
            case '\\': out += "\\\\"; break;
            case '\n': out += "\\n"; break;
            case '\t': out += "\\t"; break;
            case '\r': break;
            case '?': out += "\\?"; break;  // no trigraphs
            default: out += c;
        }
    }
    return out + "\"sv";
}

class Emitter {
public:
    Emitter(const Template& from, const Library& library, const MessageIndex& messages)
        : from_(from), library_(library), messages_(messages), markup_(from.file) {}

    std::string run() {
        nodes(from_.nodes);
        flush();
        markup_.need_end(from_.nodes.empty() ? 1 : from_.nodes.back().line);
        std::string keys;
        for (const auto& [name, number] : keys_) {
            keys += "const lingua::Key " + key_variable(number) + " = lingua::key(\"" + name + "\");\n";
        }
        const std::string body = "\n" + signature(from_) + " {\n" + code_ + "}\n";
        return keys.empty() ? body : "\nnamespace {\n" + keys + "}  // namespace\n" + body;
    }

private:
    [[noreturn]] void fault(unsigned line, const std::string& what) const { throw Fault(from_.file, line, what); }

    std::string key_variable(std::size_t number) const { return from_.function() + "_" + std::to_string(number); }

    void flush() {
        if (!pending_.empty()) {
            code_ += "page.markup(" + literal(pending_) + ");\n";
            pending_.clear();
        }
    }

    // A statement whose expressions the C++ compiler reports at the template's line.
    void statement(unsigned line, const std::string& text) {
        flush();
        code_ += "#line " + std::to_string(line) + " \"" + from_.file + "\"\n" + text + "\n";
    }

    void nodes(const Nodes& list) {
        for (const auto& each : list) {
            node(each);
        }
    }

    void node(const Node& each) {
        switch (each.kind) {
            case Node::Kind::literal: literal_markup(each); break;
            case Node::Kind::hole: hole(each); break;
            case Node::Kind::message: message(each); break;
            case Node::Kind::raw:
                markup_.need_text(each.line, "raw");
                statement(each.line, "page.html(" + each.value.expression + ");");
                break;
            case Node::Kind::bdi:
                markup_.need_text(each.line, "bdi");
                pending_ += "<bdi>";
                statement(each.line, "page.text(" + each.value.expression + ");");
                pending_ += "</bdi>";
                break;
            case Node::Kind::slot:
                markup_.need_text(each.line, "slot");
                if (!from_.has_slot) {
                    fault(each.line, "the template has no slot: declare it with a note \"slot\" at the top");
                }
                statement(each.line, "slot();");
                break;
            case Node::Kind::set:
                statement(each.line, "[[maybe_unused]] const auto& " + each.text + " = " + each.value.expression + ";");
                break;
            case Node::Kind::include: include(each); break;
            case Node::Kind::branch: branch(each); break;
            case Node::Kind::loop: loop(each); break;
        }
    }

    void literal_markup(const Node& each) {
        std::string text = markup_.literal(each.text, each.line);
        // The line ends after the notes at the top are no part of the page.
        const bool at_start = code_.empty() && pending_.empty();
        pending_ += at_start ? text.substr(std::min(text.find_first_not_of(" \n"), text.size())) : text;
    }

    void hole(const Node& each) {
        static constexpr const char* functions[] = {"text", "attribute", "url", "url_part"};
        const auto escape = markup_.hole(each.line);
        statement(each.line, std::string("page.") + functions[static_cast<int>(escape)] + "(" + each.value.expression + ");");
    }

    void message(const Node& each) {
        const auto escape = markup_.hole(each.line);
        if (escape == Markup::Escape::url || escape == Markup::Escape::url_part) {
            fault(each.line, "a message is no URL");
        }
        const std::string key = key_of(each.value, each.line);
        statement(each.line, each.value.arguments.empty() ? "page.message(" + key + ");"
                                                          : "page.message(" + key + ", " + message_arguments(each.value, each.line) + ");");
    }

    // The variable that holds the message, after checking that it exists and takes these arguments.
    std::string key_of(const Value& value, unsigned line) {
        const auto found = messages_.find(value.expression);
        if (found == messages_.end()) {
            fault(line, "no message is called \"" + value.expression + "\"");
        }
        std::set<std::string> given;
        for (const auto& argument : value.arguments) {
            if (!found->second.contains(argument.name)) {
                fault(line, "the message \"" + value.expression + "\" takes no argument \"" + argument.name + "\"");
            }
            given.insert(argument.name);
        }
        for (const auto& needed : found->second) {
            if (!given.contains(needed)) {
                fault(line, "the message \"" + value.expression + "\" needs the argument \"" + needed + "\"");
            }
        }
        return key_variable(keys_.try_emplace(value.expression, keys_.size()).first->second);
    }

    std::string message_arguments(const Value& value, unsigned line) {
        std::string out = "{";
        for (const auto& argument : value.arguments) {
            out += (out.size() > 1 ? ", " : "") + std::string("{\"") + argument.name + "\", " + plain(argument.value, line) + "}";
        }
        return out + "}";
    }

    std::string plain(const Value& value, unsigned line) {
        if (value.is_message) {
            const std::string key = key_of(value, line);
            return value.arguments.empty() ? "page.say(" + key + ")" : "page.say(" + key + ", " + message_arguments(value, line) + ")";
        }
        return value.is_literal ? literal(value.expression) : value.expression;
    }

    std::string given(const Parameter& parameter, const Value& value, unsigned line) {
        if (value.is_literal && parameter.type.ends_with("Url")) {
            if (!value.expression.starts_with("/") && !value.expression.starts_with("#") && !value.expression.starts_with("?")) {
                fault(line, "the URL \"" + value.expression + "\" does not begin with /, # or ?");
            }
            return "wasl::web::Url::literal(" + literal(value.expression) + ")";
        }
        return plain(value, line);
    }

    void include(const Node& each) {
        markup_.need_text(each.line, "a component");
        const auto found = library_.find(each.text);
        if (found == library_.end()) {
            fault(each.line, "there is no template \"" + each.text + "\"");
        }
        const Template& target = found->second;
        if (target.has_slot != each.has_body) {
            fault(each.line, "\"" + each.text + "\" has " + (target.has_slot ? "a slot: use call … endcall" : "no slot: use include"));
        }
        std::string call = target.function() + "(page";
        for (const auto& parameter : target.parameters) {
            const auto argument = std::ranges::find(each.arguments, parameter.name, &Argument::name);
            if (argument == each.arguments.end() && !parameter.initial) {
                fault(each.line, "\"" + each.text + "\" needs the parameter \"" + parameter.name + "\"");
            }
            call += ", " + (argument == each.arguments.end() ? *parameter.initial : given(parameter, argument->value, each.line));
        }
        for (const auto& argument : each.arguments) {
            if (std::ranges::find(target.parameters, argument.name, &Parameter::name) == target.parameters.end()) {
                fault(each.line, "\"" + each.text + "\" has no parameter \"" + argument.name + "\"");
            }
        }
        if (!each.has_body) {
            statement(each.line, call + ");");
            return;
        }
        statement(each.line, call + ", [&] {");
        const Markup before = markup_;
        markup_ = Markup(from_.file);
        nodes(each.body);
        markup_.need_end(each.line);
        markup_ = before;
        flush();
        code_ += "});\n";
    }

    void branch(const Node& each) {
        markup_.need_certain_url(each.line);
        const Markup before = markup_;
        Markup after = before;
        bool first = true, has_else = false;
        for (const auto& part : each.branches) {
            markup_ = before;
            has_else = part.condition.empty();
            statement(part.line, std::string(first ? "" : "} else ") + (has_else ? "{" : "if (" + part.condition + ") {"));
            nodes(part.body);
            flush();
            if (!first && !(markup_ == after)) {
                fault(part.line, "the branches of the condition end in different places of the markup");
            }
            after = markup_;
            first = false;
        }
        if (!has_else && !(after == before)) {
            fault(each.line, "the condition without \"else\" changes the place in the markup");
        }
        markup_.end_branches();
        code_ += "}\n";
    }

    void loop(const Node& each) {
        markup_.need_certain_url(each.line);
        const Markup before = markup_;
        statement(each.line, each.counter.empty()
                                 ? "for (const auto& " + each.text + " : " + each.value.expression + ") {"
                                 : "{ std::size_t next_" + each.counter + " = 0; for (const auto& " + each.text + " : " +
                                       each.value.expression + ") { const std::size_t " + each.counter + " = next_" + each.counter + "++;");
        nodes(each.body);
        flush();
        if (!(markup_ == before)) {
            fault(each.line, "the loop ends in another place of the markup than it began");
        }
        code_ += each.counter.empty() ? "}\n" : "} }\n";
    }

    const Template& from_;
    const Library& library_;
    const MessageIndex& messages_;
    Markup markup_;
    std::string code_, pending_;
    std::map<std::string, std::size_t> keys_;
};

void collect_components(const Nodes& nodes, std::set<std::string>& into) {
    for (const auto& node : nodes) {
        if (node.kind == Node::Kind::include) {
            into.insert(node.text);
        }
        collect_components(node.body, into);
        for (const auto& branch : node.branches) {
            collect_components(branch.body, into);
        }
    }
}

std::string header_name(const std::string& path) { return "pages/" + path.substr(0, path.rfind('.')) + ".hpp"; }

}  // namespace

MessageIndex read_message_index(const std::string& text) {
    MessageIndex index;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string key, argument;
        words >> key;
        auto& arguments = index[key];
        while (words >> argument) {
            arguments.insert(argument.substr(0, argument.find(':')));
        }
    }
    return index;
}

std::string emit_header(const Template& from) {
    std::string out = "// Written by tools/templates from " + from.file + "; do not edit.\n#pragma once\n\n#include \"web/page/page.hpp\"\n";
    for (const auto& header : from.headers) {
        out += "#include \"" + header + "\"\n";
    }
    return out + "\nnamespace wasl::web::pages {\n" + signature(from) + ";\n}  // namespace wasl::web::pages\n";
}

std::string emit_source(const std::vector<const Template*>& folder, const Library& library, const MessageIndex& messages) {
    std::set<std::string> headers;
    std::string code;
    for (const auto* each : folder) {
        headers.insert(each->path);
        collect_components(each->nodes, headers);
        code += Emitter(*each, library, messages).run();
    }
    std::string out = "// Written by tools/templates; do not edit.\n";
    for (const auto& path : headers) {
        if (library.contains(path)) {
            out += "#include \"" + header_name(path) + "\"\n";
        }
    }
    return out + "\nnamespace wasl::web::pages {\nusing namespace std::literals;\n" + code + "}  // namespace wasl::web::pages\n";
}

}  // namespace wasl::templates
