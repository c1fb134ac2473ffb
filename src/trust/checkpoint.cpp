#include "trust/checkpoint.hpp"

#include "base/text.hpp"
#include "trust/impl/octets.hpp"

#include <algorithm>

namespace wasl::trust {

namespace {

constexpr std::size_t most_note_bytes = 64U << 10U;
constexpr std::size_t most_signatures = 16;
constexpr std::string_view dash = "\xE2\x80\x94 ";  // em dash, space
constexpr char cosignature_type = 4;

std::unexpected<Error> malformed(std::string_view why) {
    return fail(Code::invalid, "trust.note-malformed", std::string(why));
}

std::unexpected<Error> bad_checkpoint(std::string_view why) {
    return fail(Code::invalid, "trust.checkpoint-malformed", std::string(why));
}

bool name_ok(std::string_view name) {
    return !name.empty() && std::ranges::none_of(name, [](char c) { return c == ' ' || c == '+'; });
}

Result<NoteSignature> parse_signature(std::string_view line) {
    if (!line.starts_with(dash)) {
        return malformed("a signature line begins with an em dash");
    }
    line.remove_prefix(dash.size());
    const auto space = line.find(' ');
    if (space == std::string_view::npos || !name_ok(line.substr(0, space))) {
        return malformed("a signature line is: dash, name, base64");
    }
    const auto text = line.substr(space + 1);
    const auto bytes = from_base64(text);
    if (!bytes || bytes->size() < 5 || to_base64(*bytes) != text) {
        return malformed("signature is not base64 of a key id and more");
    }
    Octets in(*bytes);
    NoteSignature signature;
    signature.name = line.substr(0, space);
    signature.key_id = static_cast<std::uint32_t>(in.number(4));
    signature.bytes = in.rest();
    return signature;
}

std::string cosigned_message(std::string_view text, std::uint64_t seconds) {
    return "cosignature/v1\ntime " + std::to_string(seconds) + "\n" + std::string(text);
}

}  // namespace

Result<Note> parse_note(std::string_view bytes) {
    if (bytes.size() > most_note_bytes || !is_utf8(bytes)) {
        return malformed("too long or not UTF-8");
    }
    if (std::ranges::any_of(bytes, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; })) {
        return malformed("control character");
    }
    const auto blank = bytes.rfind("\n\n");
    if (blank == std::string_view::npos || blank == 0 || !bytes.ends_with('\n')) {
        return malformed("text, blank line and signatures are needed");
    }
    Note note;
    note.text = bytes.substr(0, blank + 1);
    auto lines = bytes.substr(blank + 2);
    while (!lines.empty()) {
        const auto end = lines.find('\n');
        if (note.signatures.size() == most_signatures) {
            return malformed("more than 16 signatures");
        }
        note.signatures.push_back(TRY(parse_signature(lines.substr(0, end))));
        lines.remove_prefix(end + 1);
    }
    if (note.signatures.empty()) {
        return malformed("no signature");
    }
    return note;
}

std::string write_note(const Note& note) {
    auto out = note.text + "\n";
    for (const auto& signature : note.signatures) {
        std::string bytes;
        put_unsigned(bytes, signature.key_id, 4);
        out.append(dash).append(signature.name).append(" ").append(to_base64(bytes += signature.bytes)).append("\n");
    }
    return out;
}

Result<NoteSignature> sign_note(std::string_view text, std::string_view name, const Signer& signer) {
    return NoteSignature{std::string(name), signer.public_key().short_id(), TRY(signer.sign_der(text))};
}

std::uint32_t cosigner_key_id(std::string_view name, const PublicKey& key) {
    const auto digest = sha256(std::string(name) + "\n" + cosignature_type, key.x());
    return static_cast<std::uint32_t>(Octets(digest.view()).number(4));
}

Result<NoteSignature> cosign_note(std::string_view text, std::string_view name, const Signer& signer, Instant at) {
    if (signer.public_key().curve() != Curve::ed25519 || at.micros < 0) {
        return fail(Code::internal, "trust.sign-failed", "cosignatures are made with Ed25519");
    }
    const auto seconds = static_cast<std::uint64_t>(at.seconds());
    std::string bytes;
    put_unsigned(bytes, seconds, 8);
    bytes += TRY(signer.sign(cosigned_message(text, seconds)));
    return NoteSignature{std::string(name), cosigner_key_id(name, signer.public_key()), std::move(bytes)};
}

Cosignatures check_cosignatures(const Note& note, const TrustStore& trust) {
    Cosignatures out;
    for (const auto& signature : note.signatures) {
        for (const auto& key : trust.keys()) {
            if (key.use != KeyUse::cosign || signature.name != checkpoint_origin(key.member) ||
                signature.key_id != cosigner_key_id(signature.name, key.key)) {
                continue;
            }
            Octets in(signature.bytes);
            const auto seconds = in.number(8);
            constexpr std::uint64_t most_seconds = 253'402'300'799;  // the year 9999
            const bool readable = in.good() && seconds <= most_seconds;
            const Instant at{readable ? static_cast<std::int64_t>(seconds) * 1'000'000 : -1};
            if (readable && key.valid_at(at) && key.key.verify(cosigned_message(note.text, seconds), in.rest())) {
                out.good.push_back({key.member, at});
            } else {
                out.all_good = false;
            }
        }
    }
    return out;
}

SignatureState check_note_signature(const Note& note, std::string_view origin, std::string_view member, Instant at,
                                    const TrustStore& trust) {
    auto state = SignatureState::unknown_key;
    for (const auto& signature : note.signatures) {
        if (signature.name != origin) {
            continue;
        }
        for (const auto* key : trust.find(member, KeyUse::checkpoint, signature.key_id)) {
            if (!key->key.verify_der(note.text, signature.bytes)) {
                return SignatureState::wrong;
            }
            if (key->valid_at(at)) {
                return SignatureState::good;
            }
            state = SignatureState::key_not_valid_then;
        }
    }
    return state;
}

std::string checkpoint_origin(std::string_view member) { return "wasl/" + std::string(member); }

std::string checkpoint_text(const Checkpoint& checkpoint) {
    return checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" + to_base64(checkpoint.root.view()) +
           "\ntime " + checkpoint.time.iso() + "\nmember " + checkpoint.member + "\n";
}

Result<Checkpoint> parse_checkpoint(std::string_view text) {
    const auto lines = split(text, '\n');
    if (lines.size() != 6 || !lines[3].starts_with("time ") || !lines[4].starts_with("member ")) {
        return bad_checkpoint("origin, size, root, time and member are needed");
    }
    const auto size = to_integer(lines[1]);
    const auto root = from_base64(lines[2]);
    const auto time = parse_instant(lines[3].substr(5));
    if (!size || *size < 0 || !root || root->size() != 32 || !time) {
        return bad_checkpoint("size, root or time malformed");
    }
    Checkpoint checkpoint{std::string(lines[0]), static_cast<std::uint64_t>(*size), digest_from_bytes(*root), *time,
                          std::string(lines[4].substr(7))};
    if (checkpoint.origin != checkpoint_origin(checkpoint.member) || !name_ok(checkpoint.origin) ||
        checkpoint_text(checkpoint) != text) {
        return bad_checkpoint("not in canonical form");
    }
    return checkpoint;
}

Result<SignedCheckpoint> parse_signed_checkpoint(std::string_view note_bytes) {
    auto note = TRY(parse_note(note_bytes));
    auto checkpoint = TRY(parse_checkpoint(note.text));
    return SignedCheckpoint{std::move(checkpoint), std::move(note)};
}

Result<std::string> sign_checkpoint(const Checkpoint& checkpoint, const Signer& signer) {
    auto text = checkpoint_text(checkpoint);
    auto signature = TRY(sign_note(text, checkpoint.origin, signer));
    return write_note({std::move(text), {std::move(signature)}});
}

Result<std::string> merge_signatures(std::string_view note_bytes, const std::vector<NoteSignature>& more) {
    auto note = TRY(parse_note(note_bytes));
    for (const auto& signature : more) {
        if (std::ranges::find(note.signatures, signature) == note.signatures.end()) {
            note.signatures.push_back(signature);
        }
    }
    return write_note(note);
}

}  // namespace wasl::trust
