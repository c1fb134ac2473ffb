// Learners, classes and what they did, in a store of the practice country's own (DATA/practice/results).
//
// Error keys: practice.no-learner [unauthenticated] · practice.unknown-class [unprocessable] · practice.class-key [forbidden] ·
// practice.unknown-attempt [not_found: also for another learner's] · practice.finished-already [conflict] ·
// practice.changed [conflict: two requests at once] · those of the store.
#pragma once

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "practice/judge.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::practice {

struct Learner {
    std::string id;
    std::string name;        // as typed
    Role role = Role::person;
    std::string class_code;  // empty: alone
    std::string language;
    std::string member;      // where an agent works; empty for people
    std::string persona;     // id of the person or agent the learner acts as; empty for a verifier
    Instant since;
    std::string certificate;           // dossier of it at the school; empty: none yet
    std::string certificate_document;
    std::string certificate_reference;
    std::string secret_hash;  // SHA-256 of the token in the learner's cookie, hex
};

struct Attempt {
    std::string id, learner, exercise;
    int variant = 0;
    Instant started;
    std::optional<Instant> finished;
    bool passed = false;
    int points = 0;
    int hints = 0;                 // shown
    std::string given;             // the answer, where there is one
    std::vector<Mistake> mistakes;
    std::vector<Task> tasks;
    json::Object question;         // what was drawn for it (a day to count, texts to verify)
    std::int64_t version = 0;      // of the row; 0: not kept yet
};

struct Class {
    std::string code, key;  // the key is shown once
};

class Results {
public:
    // Made when absent. `clock` and `entropy` outlive it.
    static Result<std::unique_ptr<Results>> open(const std::filesystem::path& folder, const Clock& clock, Entropy& entropy);
    ~Results();

    // A new class: learners give the code, the trainer keeps the key.
    Result<Class> new_class();
    // The code of the class that key opens. "practice.class-key".
    [[nodiscard]] Result<std::string> class_of_key(std::string_view key) const;

    // "practice.unknown-class" for a code that is none; an empty one stands for no class.
    [[nodiscard]] Result<void> known_class(std::string_view code) const;

    // The token of a cookie: "id.secret". "practice.unknown-class" for a class that is none.
    Result<std::string> add(Learner& learner);
    [[nodiscard]] Result<Learner> find(std::string_view token) const;  // "practice.no-learner"
    [[nodiscard]] Result<Learner> learner(std::string_view id) const;    // the same error
    Result<void> keep_certificate(const Learner& learner);
    [[nodiscard]] Result<std::vector<Learner>> in_class(std::string_view code) const;

    Result<void> add(Attempt& attempt);
    // Writes over what stands at attempt.version: one of two at once fails with "practice.changed".
    Result<void> change(Attempt& attempt);
    // Of this learner alone: anybody else's is unknown.
    [[nodiscard]] Result<Attempt> attempt(const Learner& learner, std::string_view id) const;
    [[nodiscard]] Result<std::vector<Attempt>> attempts(std::string_view learner) const;  // in the order of their start

private:
    struct Impl;
    explicit Results(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

// What a learner has of one exercise, over all tries.
struct Standing {
    int failures = 0;
    const Attempt* open = nullptr;
    const Attempt* best = nullptr;  // passed, with the most points
};
Standing standing_of(const std::vector<Attempt>& attempts, std::string_view exercise);
// Every exercise of the role passed: what a certificate needs.
bool track_done(const std::vector<Exercise>& exercises, Role role, const std::vector<Attempt>& attempts);

}  // namespace wasl::practice
