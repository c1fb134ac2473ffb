#include "trust/bundle.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace wasl::trust {

namespace {

constexpr std::string_view format_name = "wasl-bundle/1";
constexpr std::size_t most_bytes = 4U << 20U;
constexpr std::size_t most_path = 64;

std::unexpected<Error> malformed(std::string_view why) {
    return fail(Code::invalid, "trust.bundle-malformed", std::string(why));
}
std::unexpected<Error> bad_paper(std::string_view why) {
    return fail(Code::invalid, "trust.paper-malformed", std::string(why));
}

bool fact_name_ok(std::string_view name) {
    return !name.empty() && name.size() <= 40 && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    });
}

bool fact_value_ok(std::string_view value) {
    return is_utf8(value) &&
           std::ranges::none_of(value, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t'; });
}

json::Value write_path(const std::vector<Digest>& path) {
    json::Array out;
    for (const auto& hash : path) {
        out.emplace_back(to_base64(hash.view()));
    }
    return out;
}

// Reads members of one object and notices those it was not asked for.
class Fields {
public:
    explicit Fields(const json::Value& value) : object_(value.object()) {}

    std::string text(std::string_view name) {
        const auto* found = take(name).string();
        return found != nullptr ? *found : (good_ = false, std::string());
    }
    std::string bytes(std::string_view name) {
        const auto encoded = text(name);
        const auto decoded = from_base64(encoded);
        if (!decoded || to_base64(*decoded) != encoded) {
            good_ = false;
            return {};
        }
        return *decoded;
    }
    std::uint64_t number(std::string_view name) {
        const auto found = take(name).integer();
        if (!found || *found < 0) {
            good_ = false;
            return 0;
        }
        return static_cast<std::uint64_t>(*found);
    }
    std::vector<Digest> path(std::string_view name) {
        const auto* array = take(name).array();
        std::vector<Digest> out;
        if (array == nullptr || array->size() > most_path) {
            good_ = false;
            return out;
        }
        for (const auto& item : *array) {
            const auto hash = from_base64(item.text_or(""));
            if (!hash || hash->size() != 32) {
                good_ = false;
                return out;
            }
            out.push_back(digest_from_bytes(*hash));
        }
        return out;
    }
    const json::Value& take(std::string_view name) {
        static const json::Value none;
        const auto* found = object_ != nullptr ? object_->find(name) : nullptr;
        seen_ += found != nullptr ? 1U : 0U;
        return found != nullptr ? *found : none;
    }
    [[nodiscard]] bool complete() const { return good_ && object_ != nullptr && seen_ == object_->size(); }

private:
    const json::Object* object_;
    std::size_t seen_ = 0;
    bool good_ = true;
};

json::Object write_inclusion(const InclusionEvidence& evidence) {
    json::Object out;
    out.set("leaf", to_base64(evidence.leaf));
    out.set("index", evidence.index);
    out.set("path", write_path(evidence.path));
    out.set("checkpoint", evidence.checkpoint);
    return out;
}

Result<PaperBundle> read_paper(Fields& fields) {
    PaperBundle paper;
    paper.seal = fields.bytes("seal");
    paper.paper = fields.text("paper");
    if (const auto& value = fields.take("inclusion"); !value.is_null()) {
        Fields inner(value);
        InclusionEvidence evidence;
        evidence.leaf = inner.bytes("leaf");
        evidence.index = inner.number("index");
        evidence.path = inner.path("path");
        evidence.checkpoint = inner.text("checkpoint");
        if (!inner.complete()) {
            return malformed("inclusion");
        }
        paper.inclusion = std::move(evidence);
    }
    return paper;
}

NoDecisionBundle read_no_decision(Fields& fields) {
    NoDecisionBundle proof;
    proof.reference = fields.text("reference");
    proof.salt = fields.bytes("salt");
    proof.line = fields.bytes("line");
    proof.index = fields.number("index");
    proof.path = fields.path("path");
    proof.map = fields.text("map");
    return proof;
}

}  // namespace

Result<std::string> canonical_text(const PaperFacts& facts) {
    std::string out;
    for (const auto& [name, value] : facts) {
        if (!fact_name_ok(name) || !fact_value_ok(value)) {
            return bad_paper("fact \"" + name + "\"");
        }
        out += name + ": " + replace_all(replace_all(value, "\\", "\\\\"), "\n", "\\n") + "\n";
    }
    return out;
}

Result<PaperFacts> parse_canonical_text(std::string_view text) {
    PaperFacts facts;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const auto line = text.substr(0, end);
        const auto colon = line.find(": ");
        if (end == std::string_view::npos || colon == std::string_view::npos || !fact_name_ok(line.substr(0, colon))) {
            return bad_paper("lines are \"name: value\"");
        }
        std::string value;
        for (std::size_t i = colon + 2; i < line.size(); ++i) {
            if (line[i] != '\\') {
                value.push_back(line[i]);
                continue;
            }
            ++i;
            if (i == line.size() || (line[i] != 'n' && line[i] != '\\')) {
                return bad_paper("unknown escape");
            }
            value.push_back(line[i] == 'n' ? '\n' : '\\');
        }
        if (!fact_value_ok(value)) {
            return bad_paper("control character or not UTF-8");
        }
        facts.emplace_back(line.substr(0, colon), std::move(value));
        text.remove_prefix(end + 1);
    }
    return facts;
}

std::string write_bundle(const Bundle& bundle) {
    json::Object out;
    out.set("format", format_name);
    if (bundle.paper) {
        out.set("what", "paper");
        out.set("seal", to_base64(bundle.paper->seal));
        out.set("paper", bundle.paper->paper);
        if (bundle.paper->inclusion) {
            out.set("inclusion", write_inclusion(*bundle.paper->inclusion));
        }
    } else if (bundle.no_decision) {
        out.set("what", "no-decision");
        out.set("reference", bundle.no_decision->reference);
        out.set("salt", to_base64(bundle.no_decision->salt));
        out.set("line", to_base64(bundle.no_decision->line));
        out.set("index", bundle.no_decision->index);
        out.set("path", write_path(bundle.no_decision->path));
        out.set("map", bundle.no_decision->map);
    }
    return json::write_pretty(out);
}

Result<Bundle> parse_bundle(std::string_view json_text) {
    const auto value = json::parse(json_text, {.bytes = most_bytes, .depth = 8});
    if (!value) {
        return malformed(value.error().key + " " + value.error().detail);
    }
    Fields fields(*value);
    const auto format = fields.text("format");
    if (format.starts_with("wasl-bundle/") && format != format_name) {
        return fail(Code::unsupported, "trust.bundle-version", format);
    }
    const auto what = fields.text("what");
    Bundle bundle;
    if (what == "paper") {
        bundle.paper = TRY(read_paper(fields));
    } else if (what == "no-decision") {
        bundle.no_decision = read_no_decision(fields);
    }
    if (format != format_name || (!bundle.paper && !bundle.no_decision) || !fields.complete()) {
        return malformed("a member is missing, unknown or of another type");
    }
    return bundle;
}

}  // namespace wasl::trust
