# What law 55-19 art. 7 forbids to ask, in the words of offices.
نسخة من عقد العمل المبرم بين المؤسسة والمدير مصحح الإمضاء بين الطرفين => legalised-signature
شهادة الملكية أو عقد كراء مصادق عليه => legalised-signature
نسخة مصادق عليها من الشهادة => certified-copy
copie certifiée conforme de la carte => certified-copy
الطلب في ثلاث نسخ => second-copy
plans en 5 exemplaires => second-copy
نسخة من البطاقة الوطنية => plain
الوثيقة الصادرة عن هذه الوزارة، موضوع المصادقة => plain
Aucune copie certifiée n'est demandée => plain
