#include "base/text.hpp"
#include "post/letter.hpp"

#include <doctest/doctest.h>

namespace {

using namespace wasl;
using namespace wasl::post;

const MailIdentity commune{"ne-pas-repondre@tamri.example", "Commune de Tamri – \u062C\u0645\u0627\u0639\u0629", ""};

Letter letter() { return {"mail-1", Channel::email, "fatima@example.org", lingua::Language::fr, "Récépissé", "Bonjour,\nvotre récépissé.", {}}; }

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("an e-mail is UTF-8, marked as sent by a machine, the same for the same letter") {
    const auto text = mail_text(letter(), commune, {1'795'000'000'000'000});
    REQUIRE(text);
    CHECK(contains(*text, "Date: Wed, 18 Nov 2026 11:06:40 +0000\r\n"));
    CHECK(contains(*text, "Auto-Submitted: auto-generated\r\n"));
    CHECK(contains(*text, "Content-Language: fr\r\n"));
    CHECK(contains(*text, "Subject: =?UTF-8?B?" + to_base64("Récépissé") + "?=\r\n"));
    CHECK(contains(*text, to_base64("Bonjour,\r\nvotre récépissé.")));
    CHECK(contains(*text, "@tamri.example>\r\n"));
    CHECK(mail_text(letter(), commune, {1'795'000'000'000'000}) == text);
    for (const std::string_view line : split(*text, '\n')) {
        CHECK(line.size() <= 100);
    }
}

TEST_CASE("nothing of a letter can add a header") {
    Letter nasty = letter();
    nasty.subject = "Bonjour\r\nBcc: everyone@example.org";
    nasty.attachments = {{"a\"\r\nX-Evil: 1.pdf", "text/html\r\nX-Evil: 2", "bytes"}};
    MailIdentity from = commune;
    from.name = "Tamri\r\nBcc: other@example.org";
    const auto text = mail_text(nasty, from, {});
    REQUIRE(text);
    CHECK_FALSE(contains(*text, "\nBcc:"));
    CHECK_FALSE(contains(*text, "\nX-Evil"));
    CHECK(contains(*text, "Content-Type: application/octet-stream\r\n"));
}

TEST_CASE("a receipt travels as an attachment") {
    Letter with = letter();
    with.attachments = {{"récépissé.pdf", "application/pdf", "%PDF-1.5 …"}};
    const auto text = mail_text(with, commune, {});
    REQUIRE(text);
    CHECK(contains(*text, "Content-Type: multipart/mixed; boundary=\"wasl-"));
    CHECK(contains(*text, "filename*=UTF-8''r%C3%A9c%C3%A9piss%C3%A9.pdf"));
    CHECK(contains(*text, to_base64("%PDF-1.5 …")));
    CHECK(text->ends_with("--\r\n"));
}

TEST_CASE("a long Arabic subject is folded into encoded words of at most 75 characters") {
    Letter arabic = letter();
    arabic.subject = "إشعار بقرار يتعلق بطلبكم رقم commune-tamri/0/2026/000123 المودع بتاريخ 21 نونبر 2026";
    const auto text = mail_text(arabic, commune, {});
    REQUIRE(text);
    const auto begin = text->find("Subject: ");
    const std::string field = text->substr(begin, text->find("Message-ID") - begin);
    std::string joined;
    for (std::string_view line : split(field, '\n')) {
        CHECK(line.size() <= 86);
        const auto from = line.find("?B?"), to = line.rfind("?=");
        if (from != std::string_view::npos) {
            const auto part = from_base64(line.substr(from + 3, to - from - 3));
            REQUIRE(part);
            CHECK(is_utf8(*part));
            joined += *part;
        }
    }
    CHECK(joined == arabic.subject);
}

TEST_CASE("texts for telephones have no marks of direction and are counted in parts") {
    CHECK(for_telephone("الرمز \u2068123456\u2069\u00A0صالح\n") == "الرمز 123456 صالح");
    CHECK(sms_parts(std::string(160, 'a')) == 1);
    CHECK(sms_parts(std::string(161, 'a')) == 2);
    CHECK(sms_parts(std::string(159, 'a') + "€") == 2);
    CHECK(sms_parts("Votre code est 123456. Valable dix minutes.") == 1);
    std::string arabic;
    for (int letter_number = 0; letter_number < 71; ++letter_number) {
        arabic += "ن";
    }
    CHECK(sms_parts(arabic) == 2);
    CHECK(sms_parts("") == 1);
}

TEST_CASE("addresses of mail and telephones are checked by what a command can carry") {
    CHECK(is_mail_address("fatima.ait@example.ma"));
    CHECK_FALSE(is_mail_address("fatima@"));
    CHECK_FALSE(is_mail_address("a@b,c@d"));
    CHECK_FALSE(is_mail_address(std::string(250, 'a') + "@b.ma"));
    CHECK(is_e164("+212612345678"));
    CHECK_FALSE(is_e164("0612345678"));
    CHECK_FALSE(is_e164("+2126_../x"));
}

TEST_CASE("a notice without a message is a defect that is named") {
    Notice notice;
    notice.key = "post.nothing-of-the-kind";
    CHECK(compose(notice).error().key == "post.no-such-message");
    CHECK(parse_channel("sms") == Channel::sms);
    CHECK_FALSE(parse_channel("pigeon"));
}
