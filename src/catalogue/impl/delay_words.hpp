// The words of published delays, by what they do. All in folded spelling (sheet_words.hpp): ta for
// tha, ha for ta marbuta, no hamza, no accents.
#pragma once

#include <string_view>

namespace wasl::catalogue::sheet::words {

using Words = std::string_view;  // parted by blanks

inline bool among(Words list, std::string_view word) {
    std::size_t at = 0;
    while (!word.empty() && (at = list.find(word, at)) != Words::npos) {
        const bool begins = at == 0 || list[at - 1] == ' ';
        const std::size_t end = at + word.size();
        if (begins && (end == list.size() || list[end] == ' ')) {
            return true;
        }
        at = end;
    }
    return false;
}

// Words before a delay that only introduce it.
inline constexpr Words introduces =
    "في خلال داخل ظرف غضون اجل باجل الاجل اجال الاجال مده المده مهله المهله فتره اقصاه اقصاها اقصي "
    "الاقصي القصوي قصوي لا يتجاوز تتجاوز يتعدي تتعدي يتعدا يفوق تفوق يزيد تزيد عن الي غايه محدد "
    "محدده المحدد المحدده يحدد تحدد حدد هو هي قدره قدرها زمني زمنيه ال و ف وذلك حده الحد delai delais "
    "et de les dans un une sous maximum maximal maxi max legal en au plus tard le la du l within in of from "
    "the";
// What is done within the delay.
inline constexpr Words acts =
    "المعالجه معالجه لمعالجه للمعالجه التسليم تسليم لتسليم للتسليم الانجاز انجاز لانجاز الجواب "
    "للجواب الرد للرد رد البت للبت الدراسه دراسه لدراسه الحصول للحصول منح لمنح اصدار لاصدار يسلم "
    "تسلم يتم تتم تبت يبت استخراج لاستخراج traitement reponse delivrance traiter obtention";
// Whom and what it concerns; behind "duration of" alone these would tell how long a paper is valid.
inline constexpr Words papers =
    "الوتيقه الوتايق الشهاده الرخصه الترخيص الاذن البطاقه القرار للقرار";
// Words that name the delay otherwise.
inline constexpr Words names_delay =
    "الخدمه الطلب للطلب الطلبات طلب الملف للملف الملفات ملف الاداري الاداريه القانوني القانونيه "
    "المعمول الجاري به بها العمل العادي النهايي النهاييه الاداره المصلحه من طرف قبل علي المعني "
    "بالامر المرتفق المقرر المسطره dossier demande est d";
// Words behind a delay that only stress it.
inline constexpr Words stresses =
    "كحد اقصي حد كاجل اجل كاقصي علي الاكتر اكتر تقدير ابعد الاقصي كاقصاه اقصاه كامل كامله كاملا كاملين "
    "متتاليه متتاليا متتابعه متواصله maximum max maxi au plus tard le franc francs calendaires "
    "calendaire consecutifs";
// When a delay starts: the filing of a complete request, which is when the legal clock starts.
inline constexpr Words start_words =
    "ابتدا ابتداا انطلاقا اعتبارا بدا تحتسب يحتسب تبتدي يبتدي تسري يسري من بعد تاريخ يوم لتاريخ "
    "ايداع الايداع لايداع للايداع تقديم التقديم وضع الوضع استلام تسلم توصل التوصل لتوصل استقبال "
    "تسجيل استكمال استيفا اكتمال تلقي الاداره المصالح المصلحه المركزيه المختصه المعنيه الوكاله "
    "الجماعه العماله بالطلب الطلب طلب طلبه الملف ملف ملفه بالملف لملف للملف الوتايق وتايق المطلوبه "
    "كامل الكامل كاملا كامله مكتمل المكتمل مستوف مستوفيا المستوفي للشروط لجميع لكافه جميع كافه "
    "القانونيه الوصل وصل لدي الي علي طرف المرتفق المعني بالامر صاحب الشروط و قبل هذه ه به لها له "
    "اللازمه الضروريه بجميع بكافه بالوتايق المواليه التاليه لتقديم عبر المنصه البوابه الالكترونيه الكترونيا a compter de la date du depot reception d une demande dossier complet complete "
    "l administration partir apres qui suivent suivant le after filing receipt the of";
inline constexpr Words start_nouns =
    "ايداع الايداع لايداع للايداع تقديم التقديم لتقديم وضع الوضع استلام تسلم توصل التوصل لتوصل "
    "استقبال استكمال استيفا اكتمال تلقي تسجيل depot reception filing receipt";
inline constexpr Words law_openers =
    "طبقا وفقا وفق حسب بموجب بمقتضي تطبيقا استنادا المنصوص conformement selon";
inline constexpr Words law_nouns =
    "القانون للقانون قانون الماده للماده المرسوم للمرسوم مرسوم النصوص للنصوص المقتضيات للمقتضيات "
    "التشريع القرار للقرار loi article decret";
// Openers of a case.
inline constexpr Words case_openers =
    "بالنسبه فيما اذا عندما حاله حالات لفايده لحاله عند pour si lorsque for if cas";
inline constexpr Words no_case =  // begin with lam, and open no case
    "لا لكن لكل لم لن ليس لمده لغايه لان لو له لها للتمديد لمره لكون لدي";
// Words directly before a quantity that make it a range, an estimate, a minimum or a period.
inline constexpr Words spoils_before =
    "من بين بعد قبل كل حوالي تقريبا نحو قرابه زها اقل اكتر ازيد الي او عن بمعدل متوسط بضعه عده نصف "
    "ربع تلت الاقل الادني ادناه ادني ناقص زايد ابتدا منها بزياده غير ليس ليست حدود لمده مدتها مدته "
    "entre environ plus moins par chaque apres avant et ou a between about at least duree";
// Words that spoil a case wherever they stand in it, also behind "and", "for", the article.
inline constexpr Words spoils_case =
    "منها صلاحيه صالحه صالح ساريه مدتها مدته قابله قابل قابلا تقريبا تقريبي تقريبيه تقدير تقديري "
    "تقديريه يضاف تضاف اضافه اضافيه زايد فاكتر نصف ربع تلت متوسط معدل ادني يمكن امكانيه مع تم "
    "يمدد تمدد ابتدا ابتداا انطلاقا اعتبارا بعد عاده غالبا غالب متوقع متوقعه مرتقب مرجعي نظري "
    "استرشادي حوالي عطل عطله سبت احد محتسبه محسوبه محتسبين محسوبين سكوت يعتبر تعتبر يعد تعد مرتين "
    "مضاعفه ضعف renouvelable prorogeable valable validite moyen moyenne minimum minimal indicatif "
    "estime environ حسب متغير متغيره تختلف يختلف variable selon weekend feries samedi dimanche duree average at least";
inline constexpr Words spoils_after_first =
    "الي حتي او كل عن قبل بعد سنويا شهريا اسبوعيا الا ناقص الاولي والنصف نصف ونصف و et ou a demi";
// Stages of the work.
inline constexpr Words stages =
    "دراسه معالجه بت فحص تحقق معاينه مصادقه توقيع اعداد احاله تقييم مراقبه نشر جواب مرحله مراحل "
    "خطوه طور راي ابدا تبليغ لجنه مستوي لدي اولا تانيا تالتا etude instruction examen visite avis "
    "etape phase signature notification step stage";
// A label of these alone counts the rows, and tells no case.
inline constexpr Words ordinals =
    "اولا تانيا تالتا اولي تانيه تالته رابعه اول تاني تالت رابع مره premierement deuxiemement "
    "premier deuxieme first second";
// Days that are not counted.
inline constexpr Words weekend_words =
    "سبت السبت والسبت احد الاحد والاحد اسبوع الاسبوع weekend weekends week ends end samedi samedis "
    "dimanche dimanches saturdays sundays";
inline constexpr Words holiday_words =
    "عطل العطل والعطل اعياد الاعياد والاعياد عطله العطله feries ferie holidays";
inline constexpr Words off_fill =
    "ايام وايام يوم يومي نهايه و الرسميه والرسميه الوطنيه والوطنيه الدينيه والدينيه الاسبوعيه "
    "والاسبوعيه فيها من et les jours jour des le la and public";

}  // namespace wasl::catalogue::sheet::words
