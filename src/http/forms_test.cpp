#include "http/forms.hpp"

#include "http/testing.hpp"

#include <doctest/doctest.h>

using namespace wasl;
using namespace wasl::http;

namespace {

std::string part(std::string_view disposition, std::string_view content, std::string_view more = {}) {
    return "--B\r\nContent-Disposition: " + std::string(disposition) + "\r\n" + std::string(more) + "\r\n" +
           std::string(content) + "\r\n";
}

std::string key_of(const Result<Form>& form) { return form ? "good" : form.error().key; }

}  // namespace

TEST_CASE("urlencoded forms are decoded, line ends made one character") {
    const auto form = parse_urlencoded("name=%D8%B7%D9%84%D8%A8&note=a%0D%0Ab%0Dc&box=1&box=2&empty=&a+b=c+d");
    REQUIRE(form);
    CHECK(form->text("name") == "طلب");
    CHECK(form->text("note") == "a\nb\nc");
    CHECK(form->all("box").size() == 2);
    CHECK_FALSE(form->has("empty"));
    CHECK(form->text("a b") == "c d");
    CHECK(form->text("absent").empty());
}

TEST_CASE("bad urlencoded forms are refused with a code") {
    FormLimits limits;
    limits.fields = 2;
    limits.text_bytes = 4;
    CHECK(key_of(parse_urlencoded("a=%")) == "form.malformed");
    CHECK(key_of(parse_urlencoded("a=%FF")) == "form.encoding");
    CHECK(key_of(parse_urlencoded("a=%00")) == "form.encoding");
    CHECK(key_of(parse_urlencoded("a&b&c", limits)) == "form.too-many");
    CHECK(key_of(parse_urlencoded("a=12345", limits)) == "form.too-large");
}

TEST_CASE("multipart forms give fields and files") {
    const std::string body = part("form-data; name=\"title\"", "وصل") +
                             part("form-data; name=\"paper\"; filename=\"C:\\dir\\plan.pdf\"", std::string("\x00\r\n--\xff", 6),
                                  "Content-Type: application/pdf\r\n") +
                             part("form-data; name=\"none\"; filename=\"\"", "", "Content-Type: application/octet-stream\r\n") +
                             part("form-data; name=empty", "") + "--B--\r\nepilogue";
    const auto form = parse_multipart(body, "B");
    REQUIRE(form);
    CHECK(form->text("title") == "وصل");
    CHECK(form->text("empty").empty());
    REQUIRE(form->files.size() == 1);
    CHECK(form->files[0].filename == "plan.pdf");
    CHECK(form->files[0].claimed_type == "application/pdf");
    CHECK(form->files[0].content == std::string_view("\x00\r\n--\xff", 6));
    CHECK(form->file("none") == nullptr);
}

TEST_CASE("bad multipart forms are refused with a code") {
    FormLimits limits;
    limits.files = 1;
    limits.file_bytes = 4;
    const std::string file = part("form-data; name=f; filename=a.txt", "1234");
    CHECK(key_of(parse_multipart("", "B")) == "form.malformed");
    CHECK(key_of(parse_multipart("--B", "B")) == "form.malformed");
    CHECK(key_of(parse_multipart("--B--", "B")) == "good");
    CHECK(key_of(parse_multipart("preamble\r\n--B--", "B")) == "form.malformed");
    CHECK(key_of(parse_multipart(part("form-data; name=a", "x"), "B")) == "form.malformed");
    CHECK(key_of(parse_multipart(part("attachment; name=a", "x") + "--B--", "B")) == "form.malformed");
    CHECK(key_of(parse_multipart(part("form-data", "x") + "--B--", "B")) == "form.malformed");
    CHECK(key_of(parse_multipart(part("form-data; name=a; name=b", "x") + "--B--", "B")) == "form.malformed");
    CHECK(key_of(parse_multipart(part("form-data; name=\"a", "x") + "--B--", "B")) == "form.malformed");
    CHECK(key_of(parse_multipart(part("form-data; name=a", "\xff") + "--B--", "B")) == "form.encoding");
    CHECK(key_of(parse_multipart(part("form-data; name=a", "x", "Content-Transfer-Encoding: base64\r\n") + "--B--", "B")) ==
          "form.malformed");
    CHECK(key_of(parse_multipart(part("form-data; name=a", "x", "X: " + std::string(5000, 'y') + "\r\n") + "--B--", "B")) ==
          "form.malformed");
    CHECK(key_of(parse_multipart(file + "--B--", "B", limits)) == "good");
    CHECK(key_of(parse_multipart(file + file + "--B--", "B", limits)) == "form.too-many");
    CHECK(key_of(parse_multipart(part("form-data; name=f; filename=a.txt", "12345") + "--B--", "B", limits)) ==
          "form.file-too-large");
}

TEST_CASE("the boundary is read from the content type") {
    CHECK(*multipart_boundary("multipart/form-data; boundary=----WebKitFormBoundaryAbC") == "----WebKitFormBoundaryAbC");
    CHECK(*multipart_boundary("Multipart/Form-Data; charset=utf-8; boundary=\"a b\"") == "a b");
    CHECK_FALSE(multipart_boundary("multipart/form-data"));
    CHECK_FALSE(multipart_boundary("multipart/mixed; boundary=a"));
    CHECK_FALSE(multipart_boundary("multipart/form-data; boundary=" + std::string(71, 'a')));
    CHECK_FALSE(multipart_boundary("multipart/form-data; boundary=\"a<\""));
    CHECK_FALSE(multipart_boundary("multipart/form-data; boundary="));
}

TEST_CASE("parse_form goes by the content type") {
    const auto form = [](std::string type, std::string body) {
        std::vector<Header> headers;
        if (!type.empty()) {
            headers.push_back({"Content-Type", std::move(type)});
        }
        return key_of(parse_form(make_request({Method::post, "/", headers, std::move(body)})));
    };
    CHECK(form("application/x-www-form-urlencoded; charset=UTF-8", "a=b") == "good");
    CHECK(form("multipart/form-data; boundary=B", "--B--") == "good");
    CHECK(form("", "") == "good");
    CHECK(form("", "a=b") == "form.type");
    CHECK(form("application/json", "{}") == "form.type");
}

TEST_CASE("file names cannot deceive or climb") {
    CHECK(sanitised_filename("../../etc/passwd") == "passwd");
    CHECK(sanitised_filename("..\\..\\a.txt") == "a.txt");
    CHECK(sanitised_filename("شهادة الميلاد.pdf") == "شهادة الميلاد.pdf");
    CHECK(sanitised_filename("photo\u202Egpj.exe") == "photogpj.exe");
    CHECK(sanitised_filename("a\x01<b>.pdf") == "a_b_.pdf");
    CHECK(sanitised_filename("...") == "file");
    CHECK(sanitised_filename("") == "file");
    CHECK(sanitised_filename(".htaccess") == "htaccess");
    const std::string cut = sanitised_filename(std::string(150, 'x') + std::string(150, 'y') + ".pdf");
    CHECK(cut.size() == 200);
    CHECK(cut.ends_with(".pdf"));
    std::string arabic;
    for (int i = 0; i < 200; ++i) {
        arabic += "ط";
    }
    CHECK(sanitised_filename(arabic + ".pdf").size() == 200);
}
