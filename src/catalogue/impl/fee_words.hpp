// The words of published fees, by what they say. All in folded spelling (sheet_words.hpp).
#pragma once

#include "catalogue/impl/delay_words.hpp"

namespace wasl::catalogue::sheet::fee_words {

using words::Words;

inline constexpr std::string_view free_phrases[] = {
    "مجانا", "مجاني", "مجانيه", "مجان", "بالمجان", "المجان", "المجانيه", "بالمجانيه", "بالمجاني", "مجانيا",
    "gratuit", "gratuite", "gratuits", "gratuitement", "gratis", "free", "free of charge", "neant", "aucun",
    "aucune", "aucun frais", "sans frais", "no fee", "no fees", "لا شي", "لاشي", "لا شيي", "لا يوجد",
    "لا توجد", "لا توجد رسوم", "لا يوجد رسوم", "لا رسوم", "لا توجد اي رسوم", "لا يوجد اي رسم",
    "لا تستوجب اي رسوم", "لا يستوجب اي رسم", "لا تودي اي رسوم", "لا يودي اي رسم", "لا تودي عنها اي رسوم",
    "لا يودي عنها اي رسم", "ليست هناك رسوم", "ليس هناك رسوم", "ليست هناك اي رسوم", "بدون مقابل",
    "دون مقابل", "بلا مقابل", "بدون رسوم", "دون رسوم", "بدون اي رسوم", "دون اي رسوم", "بدون مصاريف",
    "دون مصاريف", "بدون ادا", "دون ادا", "بدون تكلفه", "بدون كلفه", "بدون واجبات", "بدون واجب",
    "دون اي مقابل", "بدون رسم", "دون رسم", "بدون ايه رسوم", "دون ايه رسوم", "بدون اي واجبات",
    "دون اي واجبات", "بدون اي رسم", "بدون اي مقابل", "معفي", "معفاه", "معفيه", "معفي من الرسوم", "معفاه من الرسوم",
    "معفي من الادا", "معفاه من الادا", "معفاه من كل رسم", "لا يودي عنها", "لا يودي عنه", "الا شي", "بدون",
};
// Beside "free", any of these that is no part of a phrase of "free" denies it or takes it back.
inline constexpr Words denials =
    "لا ولا غير ليس ليست لن لم بدون دون بلا non pas ne ni not no sans";
inline constexpr Words quiet =
    "خدمه الخدمه خدمات المسطره مسطره هي هذه تتم يتم تسلم يسلم تقدم مقدمه رسوم الرسوم المصاريف مصاريف "
    "الواجبات التكلفه الكلفه تكلفه رسم الرسم التعريفه واجب واجبات الوجيبه الوجيبات الادا ادا مستحقات "
    "الوتيقه الشهاده فقط رمزي رمزيا كلها service frais le la les est seulement only tarif cout fee";
// What names a fee. Amounts of other kinds (a guarantee, a fine, a loan) are not among them.
inline constexpr Words openers =
    "رسوم الرسوم رسم الرسم واجب واجبات الواجب الواجبات وجيبه الوجيبه وجيبات مصاريف المصاريف تعريفه "
    "التعريفه تعرفه التعرفه تمن التمن سعر السعر مبلغ المبلغ قيمه القيمه ادا الادا تكلفه التكلفه كلفه "
    "الكلفه طابع الطابع تنبر التنبر تمبر التمبر حقوق اتعاب مستحقات اجره frais droit droits timbre tarif "
    "prix montant taxe cout redevance fee";
// Words that may stand with the name of a fee before its amount; any other word, for example one of
// a period, a measure or a condition, makes the text a rule.
inline constexpr Words label =
    "التسجيل تسجيل للتسجيل بالسجل السجل التجاري الملف ملف الدراسه دراسه المعالجه معالجه التسليم تسليم "
    "الخدمه الخدمات خدمه الطلب طلب استخراج الاستخراج الشهاده شهاده الوتيقه وتيقه الرخصه رخصه البطاقه "
    "بطاقه الوطنيه للتعريف الالكترونيه جواز الجواز السفر منح اصدار الاصدار الحصول علي الايداع ايداع "
    "المالي مالي الجبايي جبايي فيه قدره قدرها قدرهما هو هي محدد محدده المحدد المحدده المستحق المستحقه "
    "الواجب اداوه اداوها بمبلغ في جزافي جزافيه تابت تابته الاجمالي بقيمه الاداري الاداريه القنصليه المحافظه العقاريه "
    "التاشيره تاشيره التحفيظ الارسال البريد الاشهار النشر المصادقه السياقه الاقامه dossier de du des d le "
    "la les l enregistrement inscription traitement delivrance etude service fiscal fiscaux unique fixe "
    "est a";
// A sentence with one of these says how the fee is made, or what else is due.
inline constexpr Words makes_rule =
    "بالنسبه حسب بحسب اذا حاله حال لكل كل نسبه سنويا شهريا سنوي سنويه السنه الشهر متر المتر هكتار "
    "الهكتار طن صفحه اقل اكتر يتجاوز تتجاوز الاقصي اقصي الادني ادني الاقل ابتدا او زايد يضاف تضاف اضافه "
    "بالاضافه باستتنا عدا تخفيض خصم للواحد للشخص تنبرين تنبران تنبرات طابعين طابعان طوابع نسختين المايه "
    "بالمايه عند عندما selon par pour ou plus si chaque annuel an mois page timbres per and";
// Words of a fee that stands in a text of law or a scale, without an amount on the sheet.
inline constexpr Words names_rule =
    "حسب بحسب طبقا وفق وفقا يحدد تحدد يحتسب تحتسب رسم رسوم الرسوم تعريفه التعريفه تعرفه التعرفه واجب "
    "واجبات الواجبات مصاريف وجيبه وجيبات الوجيبه سعر السعر تمن نسبه تنبر التنبر التمبر تمبر طابع قرار "
    "القرار مرسوم المرسوم قانون القانون للقانون للمرسوم للقرار للتعريفه الملحق بموجب بمقتضي المنصوص "
    "اتاوه المايه tarif selon bareme droit droits timbre arrete decret loi frais taxe";
// Behind an amount these only say what it is, or where it is paid.
inline constexpr Words behind =
    "تنبر التنبر تمبر التمبر طابع الطابع كتنبر كطابع مالي جبايي كرسم كواجب تودي يودي نقدا لدي القباضه "
    "الصندوق الخزينه timbre fiscal ttc";
inline constexpr Words estimates =
    "حوالي تقريبا تقريبي تقريبيه تقديري تقديريه نحو قرابه زها مرجعي استرشادي متوسط معدل environ approx "
    "approximatif estime moyen moyenne indicatif about";
inline constexpr Words other_money =
    "اورو يورو الاورو دولار دولارا دولارات euro euros eur usd دينار جنيه ريال فرنك سنتيم سنتيما سنتيمات";
inline constexpr Words citations = "طبقا وفقا بموجب بمقتضي";

}  // namespace wasl::catalogue::sheet::fee_words
