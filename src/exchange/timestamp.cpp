#include "exchange/timestamp.hpp"

#include "base/openssl.hpp"

#include <openssl/pem.h>
#include <openssl/ts.h>
#include <openssl/x509_vfy.h>

#include <mutex>

namespace wasl::exchange {

using namespace openssl;

namespace {

using Query = std::unique_ptr<TS_REQ, Freed<TS_REQ_free>>;
using Reply = std::unique_ptr<TS_RESP, Freed<TS_RESP_free>>;
using Token = std::unique_ptr<PKCS7, Freed<PKCS7_free>>;
using Info = std::unique_ptr<TS_TST_INFO, Freed<TS_TST_INFO_free>>;
using Check = std::unique_ptr<TS_VERIFY_CTX, Freed<TS_VERIFY_CTX_free>>;

// RFC 3161 asks for some policy: ours, below the arc of random identifiers (2.25), for trials only.
constexpr const char* trial_policy = "2.25.240115230718404561";

std::unexpected<Error> wrong(std::string_view what) {
    return fail(Code::invalid, "exchange.timestamp-wrong", std::string(what) + " " + problem());
}

const unsigned char* octets(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

template <class T, class Write>
Result<std::string> der_of(const T* object, Write write) {
    unsigned char* bytes = nullptr;
    const int length = write(object, &bytes);
    if (length <= 0) return wrong("DER:");
    std::string out(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
    OPENSSL_free(bytes);
    return out;
}

// One DER value and nothing behind it.
template <class Handle, class Read>
Result<Handle> read_der(std::string_view der, Read read) {
    const auto* at = octets(der);
    Handle out(read(nullptr, &at, static_cast<long>(der.size())));
    if (out == nullptr || at != octets(der) + der.size()) return wrong("not the DER that is needed:");
    return out;
}

Result<Instant> instant_of(const ASN1_GENERALIZEDTIME* time) {
    std::tm parts{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return wrong("time:");
    return Instant{static_cast<std::int64_t>(::timegm(&parts)) * 1'000'000};
}

// Roots for a check at that instant; the check owns them.
Result<X509_STORE*> roots_at(std::string_view roots_pem, Instant at) {
    std::unique_ptr<X509_STORE, Freed<X509_STORE_free>> store(X509_STORE_new());
    const Bio in(BIO_new_mem_buf(roots_pem.data(), static_cast<int>(roots_pem.size())));
    int known = 0;
    while (store && in) {
        const Certificate root(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
        if (!root) break;
        known += X509_STORE_add_cert(store.get(), root.get());
    }
    ERR_clear_error();  // the end of the file is no failure
    if (known == 0) return wrong("no root certificate is given");
    X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store.get()), static_cast<time_t>(at.seconds()));
    return store.release();
}

// What a token is held against; TS_VERIFY_CTX takes the memory that it is given.
Result<void> add_imprint(TS_VERIFY_CTX* check, const Digest& digest) {
    auto* copy = static_cast<unsigned char*>(OPENSSL_memdup(digest.view().data(), digest.view().size()));
    if (copy == nullptr || TS_VERIFY_CTX_set_imprint(check, copy, static_cast<long>(digest.view().size())) == nullptr) return wrong("imprint:");
    return {};
}

// The digest algorithm of the imprint must be SHA-256: OpenSSL compares the bytes alone.
Result<Instant> info_of(PKCS7* token) {
    const Info info(PKCS7_to_TS_TST_INFO(token));
    if (!info) return wrong("no timestamp:");
    const auto* algorithm = TS_MSG_IMPRINT_get_algo(TS_TST_INFO_get_msg_imprint(info.get()));
    const ASN1_OBJECT* id = nullptr;
    X509_ALGOR_get0(&id, nullptr, nullptr, algorithm);
    if (OBJ_obj2nid(id) != NID_sha256) return wrong("the imprint is not SHA-256");
    return instant_of(TS_TST_INFO_get_time(info.get()));
}

Result<Digest> digest_of_query(const TS_REQ* query) {
    // The accessors of OpenSSL 3.0 take no const.
    auto* imprint = TS_REQ_get_msg_imprint(const_cast<TS_REQ*>(query));
    const auto* bytes = imprint == nullptr ? nullptr : TS_MSG_IMPRINT_get_msg(imprint);
    if (bytes == nullptr || ASN1_STRING_length(bytes) != 32) return wrong("the query has no SHA-256 imprint");
    return digest_from_bytes({reinterpret_cast<const char*>(ASN1_STRING_get0_data(bytes)), 32});
}

std::string words_of_refusal(TS_RESP* reply) {
    const auto* status = TS_RESP_get_status_info(reply);
    const auto* words = TS_STATUS_INFO_get0_text(status);
    std::string out = "status " + std::to_string(ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(status)));
    for (int i = 0; words != nullptr && i < sk_ASN1_UTF8STRING_num(words); ++i) {
        const auto* one = sk_ASN1_UTF8STRING_value(words, i);
        out += ", " + std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(one)), static_cast<std::size_t>(ASN1_STRING_length(one)));
    }
    return out;
}

std::string signer_of(PKCS7* token) {
    auto* signers = PKCS7_get0_signers(token, nullptr, 0);
    std::string out;
    if (signers != nullptr && sk_X509_num(signers) == 1) {
        const Bio words(BIO_new(BIO_s_mem()));
        X509_NAME_print_ex(words.get(), X509_get_subject_name(sk_X509_value(signers, 0)), 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
        out = text_of(words.get());
    }
    sk_X509_free(signers);
    ERR_clear_error();
    return out;
}

}  // namespace

Result<std::string> timestamp_query(const Digest& digest, Entropy& entropy) {
    const Query query(TS_REQ_new());
    const std::unique_ptr<TS_MSG_IMPRINT, Freed<TS_MSG_IMPRINT_free>> imprint(TS_MSG_IMPRINT_new());
    const std::unique_ptr<X509_ALGOR, Freed<X509_ALGOR_free>> algorithm(X509_ALGOR_new());
    const auto random = entropy.bytes(8);
    const Number number(BN_bin2bn(octets(random), 8, nullptr));
    const std::unique_ptr<ASN1_INTEGER, Freed<ASN1_INTEGER_free>> nonce(number ? BN_to_ASN1_INTEGER(number.get(), nullptr) : nullptr);
    if (!query || !imprint || !algorithm || !nonce) return wrong("memory:");
    auto bytes = digest;
    const bool filled = X509_ALGOR_set0(algorithm.get(), OBJ_nid2obj(NID_sha256), V_ASN1_NULL, nullptr) == 1 &&
                        TS_MSG_IMPRINT_set_algo(imprint.get(), algorithm.get()) == 1 &&
                        TS_MSG_IMPRINT_set_msg(imprint.get(), bytes.bytes.data(), static_cast<int>(bytes.bytes.size())) == 1 &&
                        TS_REQ_set_version(query.get(), 1) == 1 && TS_REQ_set_msg_imprint(query.get(), imprint.get()) == 1 &&
                        TS_REQ_set_nonce(query.get(), nonce.get()) == 1 && TS_REQ_set_cert_req(query.get(), 1) == 1;
    if (!filled) return wrong("query:");
    return der_of(query.get(), i2d_TS_REQ);
}

Result<std::string> timestamp_token(std::string_view reply_der, std::string_view query_der, std::string_view roots_pem) {
    const auto reply = TRY(read_der<Reply>(reply_der, d2i_TS_RESP));
    const auto query = TRY(read_der<Query>(query_der, d2i_TS_REQ));
    auto* token = TS_RESP_get_token(reply.get());
    if (token == nullptr) return fail(Code::unavailable, "exchange.timestamp-refused", words_of_refusal(reply.get()));
    const auto at = TRY(info_of(token));
    // Version, policy, imprint, nonce as in the query, and the signature.
    const Check check(TS_REQ_to_TS_VERIFY_CTX(query.get(), nullptr));
    if (!check) return wrong("check:");
    TS_VERIFY_CTX_set_store(check.get(), TRY(roots_at(roots_pem, at)));
    TS_VERIFY_CTX_add_flags(check.get(), TS_VFY_SIGNATURE);
    if (TS_RESP_verify_response(check.get(), reply.get()) != 1) return wrong("reply:");
    auto out = TRY(der_of(token, i2d_PKCS7));
    const auto digest = TRY(digest_of_query(query.get()));
    TRY(verify_timestamp(out, digest, roots_pem));
    return out;
}

Result<Timestamp> verify_timestamp(std::string_view token_der, const Digest& digest, std::string_view roots_pem) {
    const auto token = TRY(read_der<Token>(token_der, d2i_PKCS7));
    if (PKCS7_type_is_signed(token.get()) != 1) return wrong("not signed");
    const auto at = TRY(info_of(token.get()));
    const Check check(TS_VERIFY_CTX_new());
    if (!check) return wrong("check:");
    TS_VERIFY_CTX_set_flags(check.get(), TS_VFY_VERSION | TS_VFY_SIGNATURE | TS_VFY_IMPRINT);
    TRY(add_imprint(check.get(), digest));
    TS_VERIFY_CTX_set_store(check.get(), TRY(roots_at(roots_pem, at)));
    if (TS_RESP_verify_token(check.get(), token.get()) != 1) return wrong("token:");
    return Timestamp{at, signer_of(token.get())};
}

struct TimestampAuthority::Impl {
    const Clock* clock = nullptr;
    std::mutex guard;
    std::unique_ptr<TS_RESP_CTX, Freed<TS_RESP_CTX_free>> context;

    static ASN1_INTEGER* serial(TS_RESP_CTX*, void*) {
        const Number number(BN_new());
        if (!number || BN_rand(number.get(), 126, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) != 1) return nullptr;
        return BN_to_ASN1_INTEGER(number.get(), nullptr);
    }
    static int time(TS_RESP_CTX*, void* self, long* seconds, long* micros) {
        const auto now = static_cast<Impl*>(self)->clock->now();
        *seconds = static_cast<long>(now.seconds());
        *micros = 0;
        return 1;
    }
};

TimestampAuthority::TimestampAuthority(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TimestampAuthority::~TimestampAuthority() = default;

Result<std::unique_ptr<TimestampAuthority>> TimestampAuthority::create(const TlsIdentity& identity, const Clock& clock) {
    auto impl = std::make_unique<Impl>();
    impl->clock = &clock;
    impl->context.reset(TS_RESP_CTX_new());
    const Bio certificate_text(BIO_new_mem_buf(identity.certificate_pem.data(), static_cast<int>(identity.certificate_pem.size())));
    const Bio key_text(BIO_new_mem_buf(identity.key_pem.data(), static_cast<int>(identity.key_pem.size())));
    const Certificate certificate(PEM_read_bio_X509(certificate_text.get(), nullptr, nullptr, nullptr));
    const Key key(PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr));
    const std::unique_ptr<ASN1_OBJECT, Freed<ASN1_OBJECT_free>> policy(OBJ_txt2obj(trial_policy, 1));
    auto* context = impl->context.get();
    const bool ready = context != nullptr && certificate && key && policy && TS_RESP_CTX_set_signer_cert(context, certificate.get()) == 1 &&
                       TS_RESP_CTX_set_signer_key(context, key.get()) == 1 && TS_RESP_CTX_set_def_policy(context, policy.get()) == 1 &&
                       TS_RESP_CTX_add_md(context, EVP_sha256()) == 1 && TS_RESP_CTX_set_signer_digest(context, EVP_sha256()) == 1 &&
                       TS_RESP_CTX_set_ess_cert_id_digest(context, EVP_sha256()) == 1;
    if (!ready) return wrong("authority:");
    TS_RESP_CTX_set_serial_cb(context, Impl::serial, nullptr);
    TS_RESP_CTX_set_time_cb(context, Impl::time, impl.get());
    return std::unique_ptr<TimestampAuthority>(new TimestampAuthority(std::move(impl)));
}

Result<std::string> TimestampAuthority::answer(std::string_view query) {
    const std::lock_guard lock(impl_->guard);
    const Bio in(BIO_new_mem_buf(query.data(), static_cast<int>(query.size())));
    const Reply reply(in ? TS_RESP_create_response(impl_->context.get(), in.get()) : nullptr);
    ERR_clear_error();  // a bad query is answered, not a failure of ours
    if (!reply) return wrong("no answer could be made:");
    return der_of(reply.get(), i2d_TS_RESP);
}

}  // namespace wasl::exchange
