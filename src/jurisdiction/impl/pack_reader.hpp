// From the files of a pack to its values. One method a file.
#pragma once

#include "jurisdiction/impl/fields.hpp"

#include <functional>
#include <map>

namespace wasl::jurisdiction {

// Something of the law that holds from a day to a day. `what` is unique at any time ("silence:building-permit").
struct Entry {
    Date from;
    std::optional<Date> to;
    std::string what;
    std::string file;
    int line = 0;
    std::function<void(Law&)> apply;

    [[nodiscard]] bool holds(Date day) const { return from <= day && (!to || day <= *to); }
};

class PackReader {
public:
    std::expected<Pack, std::vector<PackFinding>> read(std::span<const PackFile> files);

private:
    void read_file(const PackFile& file);
    void read_pack(Fields& root);
    void read_currency(Fields& root);
    void read_delays(Fields& root);
    void read_silence(Fields& root);
    void read_extension(Fields& root);
    void read_investment(Fields& root);
    void read_formalities(Fields& root);
    void read_evidence(Fields& root);
    void read_money(Fields& root);
    void read_self_generation(Fields& root);
    void read_identifiers(Fields& root);
    void read_holidays(Fields& root);
    void read_fixed(Fields& table);
    void read_hijri(Fields& table);
    void read_divisions(const std::string& text);

    // The keys from, to, source and confirmed of a table, as an entry without its effect.
    Entry dated(Fields& table, std::string what, const Source& source);
    void note_unconfirmed(const Source& source, const std::string& what);
    void check_overlaps();
    std::vector<Law> build_states();
    std::vector<Holiday> all_holidays() const;

    Findings findings_;
    std::vector<Entry> entries_;
    std::vector<std::string> unconfirmed_;

    // general
    std::string country_;
    Names name_;
    std::vector<std::string> languages_;
    std::optional<Zone> zone_;
    Calendar::Parts calendar_;
    bool working_by_default_ = false;
    Currency currency_;
    // identifiers
    std::vector<IdentifierRule> rules_;
    PhoneRule phone_;
    // places
    std::vector<Division> divisions_;
};

}  // namespace wasl::jurisdiction
