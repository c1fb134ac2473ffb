// Papers as the tests draw them: a receipt and a decision in each language, with the mix of scripts of real life.
#pragma once

#include "paper/paper.hpp"

namespace wasl::paper::samples {

inline const std::string seal =
    "https://wasl.example.ma/v/6BF3W4UK8CO5L2.VH94F3I$J9ZM1QW2%HD$EO0NC8T+H7B5P3VR6OAWXK1GQ4*YU8S9Z-L/D2F:JT0E"
    "M5N7C3B1V4X6A8Q9W0E2R4T6Y8U1I3O5P7A9S2D4F6G8H1J3K5L7Z9X2C4V6B8N1M3Q5W7E9R2T4Y6U8I1O3P5A7S9D2F4G6H8J1K3L5"
    "Z7X9C2V4B6N8M1Q3W5E7R9T2Y4U6I8O1P3A5S7D9F2G4H6J8K1L3Z5X7C9V2B4N6M8Q1W3E5R7T9Y2U4I6O8P1A3S5D7F9G2H4J6K8L1";

inline Paper letterhead(lingua::Language language) {
    Paper paper;
    paper.language = language;
    paper.authority_ar = {"المملكة المغربية", "وزارة الداخلية", "عمالة أكادير إداوتنان", "جماعة تامري"};
    paper.authority_fr = {"Royaume du Maroc", "Ministère de l'Intérieur", "Préfecture d'Agadir Ida-Outanane", "Commune de Tamri"};
    paper.authority_zgh = {"ⵜⴰⴳⵍⴷⵉⵜ ⵏ ⵍⵎⵖⵔⵉⴱ"};
    paper.reference = "commune-tamri/0/2026/000123";
    paper.created = {1'795'000'000'000'000};
    paper.author = "Commune de Tamri";
    return paper;
}

inline Paper receipt_ar() {
    Paper paper = letterhead(lingua::Language::ar);
    paper.kind = "وصل إيداع";
    paper.title = "طلب رخصة البناء – مشروع صغير";
    paper.blocks = {
        Rows{{{"تاريخ وساعة الإيداع", "21 نونبر 2026 على الساعة 10:42"},
              {"صاحب الطلب", "فاطمة آيت بن حدو – Fatima Aït Ben Haddou"},
              {"رقم البطاقة الوطنية", "JB123456"},
              {"الهاتف", "+212 612-345678"},
              {"الإدارة والمصلحة", "جماعة تامري، مصلحة التعمير"},
              {"الأجل الأقصى", "15 يوما"},
              {"الجواب في أجل أقصاه", "الإثنين 7 دجنبر 2026", true},
              {"السكوت بعد الأجل", "يعتبر بمثابة موافقة (المرسوم 2-22-141)"}}},
        Heading{"الوثائق المسلمة"},
        List{{"بطاقة التعريف الوطنية", "شهادة الملكية رقم 09/12345 الصادرة بتاريخ 03/11/2026", "التصميم الموقعي 1/2000", "عقد المهندس المعماري M. Youssef El Amrani (CNOA 4321)"}, true},
        Notice{"ملفكم كامل", "يبتدئ الأجل القانوني من اليوم الموالي لتاريخ الإيداع. لن يطلب منكم أي استكمال بعد 28 نونبر 2026.", false},
        Heading{"طرق الطعن"},
        Paragraph{"يمكنكم تقديم تظلم إلى عامل عمالة أكادير إداوتنان داخل أجل 30 يوما ابتداء من تاريخ التبليغ أو من انصرام الأجل، طبقا للمادتين 20 و21 من القانون رقم 55.19 المتعلق بتبسيط المساطر والإجراءات الإدارية."},
    };
    paper.verification = Verification{seal, "التحقق من هذه الوثيقة", "امسحوا الرمز بهاتفكم أو أدخلوا المرجع في العنوان أسفله. يمكن التحقق من التوقيع دون اتصال بالشبكة.", "https://wasl.example.ma/v"};
    paper.page_words = "صفحة {page} من {pages}";
    paper.footer = "وثيقة موقعة إلكترونيا. المرجع: \u2068commune-tamri/0/2026/000123\u2069";
    return paper;
}

inline Paper refusal_fr() {
    Paper paper = letterhead(lingua::Language::fr);
    paper.kind = "Décision";
    paper.title = "Refus du permis de construire";
    paper.blocks = {
        Rows{{{"Demandeur", "Fatima Aït Ben Haddou – \u0641\u0627\u0637\u0645\u0629 \u0622\u064A\u062A \u0628\u0646 \u062D\u062F\u0648"},
              {"Déposée le", "2 novembre 2026, complète le même jour"},
              {"Objet", "Construction d'une maison R+1, lot n° 12, douar Imi Ouaddar\nTitre foncier 09/12345"},
              {"Décision notifiée le", "16 novembre 2026", true}}},
        Heading{"Motifs"},
        Paragraph{"Le projet présente une hauteur de 9,40 m alors que l'article 7 du règlement d'aménagement de la zone D2 limite la hauteur des constructions à 8,00 m, acrotère compris. Le plan de coupe A-A' joint à la demande (pièce n° 3) indique une hauteur de 9,40 m au faîtage.\nLe recul de 4 m exigé sur la voie n° 214 par l'article 5 du même règlement n'est pas respecté : le plan de masse indique un recul de 2,60 m."},
        Notice{"Vos droits", "Vous pouvez former un recours devant le gouverneur de la préfecture d'Agadir Ida-Outanane jusqu'au 16 décembre 2026, ou saisir le tribunal administratif d'Agadir jusqu'au 15 janvier 2027.", true},
        Heading{"Pour obtenir une décision favorable"},
        List{{"Ramener la hauteur du bâtiment à 8,00 m au plus.", "Porter le recul sur la voie n° 214 à 4,00 m au moins."}, false},
        Signature{"Le président du conseil communal", "Mohamed Amghar", "par délégation n° 12 du 3 mars 2026, Hassan Idbella, vice-président", "Fait à Tamri, le 16 novembre 2026"},
    };
    paper.verification = Verification{seal, "Vérifier ce document", "Scannez le code avec votre téléphone, ou saisissez la référence à l'adresse ci-dessous. La signature se vérifie aussi hors connexion.", "https://wasl.example.ma/v"};
    paper.page_words = "Page {page} / {pages}";
    paper.footer = "Document signé électroniquement. Référence : commune-tamri/0/2026/000123";
    return paper;
}

inline Paper extract_zgh() {
    Paper paper = letterhead(lingua::Language::zgh);
    paper.kind = "ⵜⴰⵙⵓⵎⴰ";
    paper.title = "ⵜⴰⵙⵓⵎⵜ ⵏ ⵓⵙⴽⴽⵉⵏ ⵏ ⵜⵍⴰⵍⵉⵜ";
    paper.blocks = {
        Rows{{{"ⵉⵙⵎ", "ⴼⴰⵟⵉⵎⴰ – فاطمة – Fatima"},
              {"ⴰⵣⵎⵣ ⵏ ⵜⵍⴰⵍⵉⵜ", "14 ⵢⵏⵏⴰⵢⵔ 1990"},
              {"ⴰⴷⵖⴰⵔ ⵏ ⵜⵍⴰⵍⵉⵜ", "ⵜⴰⵎⵔⵉ"},
              {"ⵓⵟⵟⵓⵏ ⵏ ⵓⵙⴽⴽⵉⵏ", "1990/241", true}}},
        Paragraph{"ⵜⴰⵙⵓⵎⵜ ⴰⴷ ⵜⴳⴰ ⵜⴰⵎⵙⴰⵙⵜ ⴷ ⵓⵙⴽⴽⵉⵏ ⵍⵍⵉ ⵉⵍⵍⴰⵏ ⴳ ⵓⴷⵍⵉⵙ ⵏ ⵜⵎⵓⵔⵙⴰ ⵜⴰⵎⵖⵔⴰⴷⵜ."},
        Signature{"ⴰⵏⵙⵙⵉⵅⴼ ⵏ ⵜⴳⵔⴰⵡⵜ", "Mohamed Amghar", "", "ⵜⴰⵎⵔⵉ, 21 ⵏⵓⵡⴰⵏⴱⵉⵔ 2026"},
    };
    paper.verification = Verification{seal, "ⵙⵙⴰⵖⴷ ⵜⴰⵙⵓⵎⵜ ⴰⴷ", "ⵙⵎⵔⵙ ⵜⵉⵍⵉⴼⵓⵏ ⵏⵏⴽ ⵎⴰⵃⴷ ⴰⴷ ⵜⵙⵙⵉⴷⵜ.", "https://wasl.example.ma/v"};
    paper.page_words = "{page} / {pages}";
    paper.footer = "commune-tamri/0/2026/000123";
    return paper;
}

inline Paper receipt_large_print() {
    Paper paper = receipt_ar();
    paper.large_print = true;
    paper.banner = "عرض توضيحي – وثيقة بدون قيمة قانونية";
    return paper;
}

inline Paper long_decision() {
    Paper paper = refusal_fr();
    for (int article = 1; article <= 30; ++article) {
        paper.blocks.insert(paper.blocks.begin() + 3,
                            Paragraph{"Article " + std::to_string(31 - article) +
                                      ". Le bénéficiaire respecte les prescriptions du règlement d'aménagement, notamment celles qui "
                                      "portent sur l'implantation, la hauteur et l'aspect des constructions, et informe la commune de "
                                      "l'ouverture du chantier huit jours avant le commencement des travaux."});
    }
    return paper;
}

}  // namespace wasl::paper::samples
