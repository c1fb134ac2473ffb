#include "scan.hpp"

#include <algorithm>

namespace wasl::templates {

namespace {

class Parser {
public:
    Parser(Template& into, std::vector<Token> tokens) : into_(into), tokens_(std::move(tokens)) {}

    void run() {
        into_.nodes = body({}, 1);
    }

private:
    [[noreturn]] void fault(unsigned line, const std::string& what) const { throw Fault(into_.file, line, what); }

    // The tag's first word, without consuming the token.
    [[nodiscard]] std::string tag_word() const {
        const auto& text = tokens_[at_].text;
        return text.substr(0, text.find_first_of(" \t\n\r"));
    }

    // Nodes up to one of the closing words (not consumed), or the end of the file for none.
    Nodes body(const std::vector<std::string>& closers, unsigned opened) {
        Nodes nodes;
        while (at_ < tokens_.size()) {
            const Token& token = tokens_[at_];
            if (token.kind == Token::Kind::tag && std::ranges::find(closers, tag_word()) != closers.end()) {
                return nodes;
            }
            switch (token.kind) {
                case Token::Kind::text: nodes.push_back({Node::Kind::literal, token.line, token.text}); ++at_; break;
                case Token::Kind::hole: nodes.push_back(hole(token)); ++at_; break;
                case Token::Kind::note: note(token); ++at_; break;
                case Token::Kind::tag: nodes.push_back(tag(token)); break;
            }
        }
        if (!closers.empty()) {
            fault(opened, "\"" + closers.back() + "\" is missing");
        }
        return nodes;
    }

    Node hole(const Token& token) {
        Words words(into_.file, token);
        Node node{Node::Kind::hole, token.line};
        if (words.take("t ")) {
            node.kind = Node::Kind::message;
            node.value.is_message = true;
            node.value.expression = words.quoted("a message");
            node.value.arguments = words.arguments();
        } else if (token.text == "slot") {
            node.kind = Node::Kind::slot;
        } else {
            node.kind = words.take("raw ") ? Node::Kind::raw : words.take("bdi ") ? Node::Kind::bdi : Node::Kind::hole;
            node.value.expression = words.rest_expression();
        }
        return node;
    }

    void note(const Token& token) {
        Words words(into_.file, token);
        if (words.take("view")) {
            const std::string type = type_before(words, " from ");
            into_.headers.push_back(words.quoted("a header"));
            into_.is_view = true;
            into_.parameters.push_back({"view", type, std::nullopt});
            words.end();
        } else if (words.take("param")) {
            Parameter parameter;
            parameter.name = words.identifier("the name of a parameter");
            const std::string declared = words.rest();
            const auto equals = declared.find(" = ");
            parameter.type = declared.substr(0, equals);
            if (equals != std::string::npos) {
                parameter.initial = declared.substr(equals + 3);
            }
            if (parameter.type.empty()) {
                fault(token.line, "the parameter \"" + parameter.name + "\" has no type");
            }
            into_.parameters.push_back(parameter);
        } else if (words.take("use")) {
            into_.headers.push_back(words.quoted("a header"));
            words.end();
        } else if (token.text == "slot") {
            into_.has_slot = true;
        }
    }

    std::string type_before(Words& words, const std::string& mark) {
        const std::string all = words.rest();
        const auto at = all.find(mark);
        if (at == std::string::npos) {
            words.fault("a view is declared as: view TYPE from \"HEADER\"");
        }
        const Token tail{Token::Kind::note, all.substr(at + mark.size()), tokens_[at_].line};
        words = Words(into_.file, tail);
        return all.substr(0, at);
    }

    Node tag(const Token& token) {
        const std::string word = tag_word();
        Words words(into_.file, token);
        words.take(word);
        if (word == "if") return branch(token.line);
        if (word == "for") return loop(words, token.line);
        if (word == "include" || word == "call") return include(words, token.line, word == "call");
        if (word == "set") {
            Node node{Node::Kind::set, token.line, words.identifier("a name")};
            words.need("=");
            node.value.expression = words.rest_expression();
            ++at_;
            return node;
        }
        fault(token.line, "\"" + word + "\" is not a tag, or is not expected here");
    }

    Node branch(unsigned opened) {
        Node node{Node::Kind::branch, opened, {}};
        bool last = false;
        while (true) {
            const Token token = tokens_[at_++];
            Words words(into_.file, token);
            if (words.take("endif")) {
                words.end();
                return node;
            }
            if (last) {
                fault(token.line, "nothing follows \"else\" but \"endif\"");
            }
            Branch next{{}, token.line, {}};
            last = words.take("else");
            if (!last) {
                words.take("if") || words.take("elif");
                next.condition = words.rest_expression();
            }
            words.end();
            next.body = body({"elif", "else", "endif"}, opened);
            node.branches.push_back(std::move(next));
        }
    }

    Node loop(Words& words, unsigned line) {
        Node node{Node::Kind::loop, line, words.identifier("a name")};
        if (words.take(",")) {
            node.counter = words.identifier("a name");
        }
        words.need("in");
        node.value.expression = words.rest_expression();
        ++at_;
        node.body = body({"endfor"}, line);
        ++at_;
        return node;
    }

    Node include(Words& words, unsigned line, bool with_body) {
        Node node{Node::Kind::include, line, words.quoted("a template")};
        words.take("with");
        node.arguments = words.arguments();
        node.has_body = with_body;
        ++at_;
        if (with_body) {
            node.body = body({"endcall"}, line);
            ++at_;
        }
        return node;
    }

    Template& into_;
    std::vector<Token> tokens_;
    std::size_t at_ = 0;
};

}  // namespace

std::string Template::function() const {
    std::string name = path.substr(0, path.rfind('.'));
    std::ranges::replace_if(name, [](char c) { return c == '/' || c == '-' || c == '.'; }, '_');
    return name;
}

std::string Template::folder() const {
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

Template parse_template(const std::string& file, const std::string& path, const std::string& source) {
    Template made;
    made.file = file;
    made.path = path;
    Parser(made, scan(file, source)).run();
    return made;
}

}  // namespace wasl::templates
