// node.toml of the demonstration.
#pragma once

namespace wasl::app {

inline constexpr const char* demo_node = R"toml(# The demonstration: administrations that do not exist.

[[member]]
id = "commune-ain-wasl"
name = { ar = "جماعة عين الوصل (نموذجية)", fr = "Commune d’Aïn El Wasl (fictive)", en = "Commune of Ain El Wasl (fictional)", zgh = "ⵜⴰⴳⵔⴰⵡⵜ ⵏ ⵄⵉⵏ ⵍⵡⴰⵚⵍ" }
kind = "commune"
supervisory = "recours"
appeal = "recours"
cosigner = "ministere-modele"

[[member.office]]
code = "etat-civil"
name = { ar = "مصلحة الحالة المدنية", fr = "Bureau de l’état civil", en = "Civil status office", zgh = "ⵜⴰⵏⴰⴼⵓⵜ ⵏ ⵓⴷⴷⴰⴷ ⴰⵖⵔⵎⴰⵏ" }
procedures = ["birth-extract"]

[[member.office]]
code = "urbanisme"
name = { ar = "مصلحة التعمير", fr = "Service de l’urbanisme", en = "Urban planning office", zgh = "ⵜⴰⵏⴰⴼⵓⵜ ⵏ ⵜⵖⵔⵎⵜ" }
procedures = ["building-permit-small"]

[[member.office]]
code = "associations"
name = { ar = "مكتب الجمعيات", fr = "Bureau des associations", en = "Associations office", zgh = "ⵜⴰⵏⴰⴼⵓⵜ ⵏ ⵜⵎⵙⵎⵓⵏⵉⵏ" }
procedures = ["association-declaration"]

[[member.office]]
code = "accueil"
name = { ar = "مكتب الاستقبال", fr = "Accueil général", en = "General office", zgh = "ⴰⵙⵏⴼⴰⵔ ⴰⵎⴰⵜⴰⵢ" }

[[member.office]]
code = "technical"
name = { ar = "المصلحة التقنية", fr = "Service technique", en = "Technical office", zgh = "ⵜⴰⵏⴰⴼⵓⵜ ⵜⴰⵜⵉⴽⵏⵉⴽⵜ" }
procedures = ["-"]

[[member.office]]
code = "urban-agency"
name = { ar = "الوكالة الحضرية", fr = "Agence urbaine", en = "Urban agency", zgh = "ⵜⴰⵡⵏⴼⴰ ⵜⴰⵎⵓⴷⵉⵏⵜ" }
procedures = ["-"]

[[member.office]]
code = "recours"
name = { ar = "سلطة الوصاية: العمالة", fr = "Autorité de tutelle : la préfecture", en = "Supervisory authority: the prefecture", zgh = "ⵜⴰⵏⴱⴰⴹⵜ ⵏ ⵓⵙⵡⵓⵔⵉ" }
procedures = ["-"]

[[member]]
id = "ministere-modele"
name = { ar = "الوزارة النموذجية", fr = "Ministère modèle (fictif)", en = "Model ministry (fictional)", zgh = "ⵜⴰⵎⴰⵡⴰⵙⵜ ⵏ ⵓⵎⴷⵢⴰ" }
kind = "ministry"
supervisory = "recours"
appeal = "recours"
cosigner = "commune-ain-wasl"

[[member.office]]
code = "registre"
name = { ar = "السجل الوطني", fr = "Registre national", en = "National register", zgh = "ⴰⵣⵎⵎⴻⵎ ⴰⵏⴰⵎⵓⵔ" }

[[member.office]]
code = "recours"
name = { ar = "لجنة الطعون", fr = "Commission des recours", en = "Appeals board", zgh = "ⵜⴰⵙⵎⵉⵔⵉⵜ ⵏ ⵉⵙⵓⵔⴷⵏ" }
procedures = ["-"]

[[member]]
id = "agence-sociale"
name = { ar = "وكالة الدعم الاجتماعي (نموذجية)", fr = "Agence du soutien social (fictive)", en = "Social support agency (fictional)", zgh = "ⵜⴰⵡⵏⴼⴰ ⵏ ⵜⵡⵉⵙⵉ ⵜⴰⵏⴰⵎⵓⵏⵜ" }
kind = "agency"
supervisory = "recours"
appeal = "recours"
cosigner = "ministere-modele"

[[member.office]]
code = "prestations"
name = { ar = "مصلحة الدعم", fr = "Service des prestations", en = "Benefits office", zgh = "ⵜⴰⵏⴰⴼⵓⵜ ⵏ ⵜⵡⵉⵙⵉⵡⵉⵏ" }

[[member.office]]
code = "recours"
name = { ar = "لجنة الطعون", fr = "Commission des recours", en = "Appeals board", zgh = "ⵜⴰⵙⵎⵉⵔⵉⵜ ⵏ ⵉⵙⵓⵔⴷⵏ" }
procedures = ["-"]

[[member]]
id = "regie-electricite"
name = { ar = "شركة توزيع الكهرباء (نموذجية)", fr = "Régie d’électricité (fictive)", en = "Electricity utility (fictional)", zgh = "ⵜⴰⵎⵙⵙⵓⵔⵜ ⵏ ⵜⵔⵉⵙⵉⵏⵜⵉ" }
kind = "utility"
supervisory = "recours"
appeal = "recours"
cosigner = "commune-ain-wasl"

[[member.office]]
code = "abonnements"
name = { ar = "مصلحة الاشتراكات", fr = "Service des abonnements", en = "Subscriptions office", zgh = "ⵜⴰⵏⴰⴼⵓⵜ ⵏ ⵉⵣⵎⵎⴰⵎⵏ" }

[[member.office]]
code = "recours"
name = { ar = "لجنة الطعون", fr = "Commission des recours", en = "Appeals board", zgh = "ⵜⴰⵙⵎⵉⵔⵉⵜ ⵏ ⵉⵙⵓⵔⴷⵏ" }
procedures = ["-"]
)toml";

}  // namespace wasl::app
