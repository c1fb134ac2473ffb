# Law 55-19 art. 4 and order 2332-20: the receipt, and completion asked once only.

story a complete file has an answer day
on 2026-09-01
fatima files complete
then phase examination
then answer by 2026-09-16

story an incomplete file is filed all the same, and its receipt is the one request
on 2026-09-01
fatima files missing title plans
then phase incomplete
then clock stands
on 2026-09-03
fatima hands in title
then phase incomplete
fatima hands in plans
then phase examination
then answer by 2026-09-18
said asks for plans because they are unreadable
it says dossier.second-completion-request

story a complete receipt leaves one request, until its day, with reasons, for listed papers
on 2026-09-01
fatima files complete
said asks for plans because
it says dossier.reasons-required
said asks for marriage-certificate because I am curious
it says dossier.paper-not-listed
on 2026-09-07
said asks for plans because they are unreadable
then phase completion
then clock stands
on 2026-09-11
fatima hands in plans
then answer by 2026-09-21
said asks for title because I forgot
it says dossier.second-completion-request

story no answer: notice first, lapse by a named agent, with reasons
on 2026-09-01
fatima files missing title
on 2026-10-02 00:00
program wakes
then phase incomplete
said lapses because nothing came
it says dossier.lapse-not-due
on 2026-10-20 00:00
program wakes
then phase incomplete
said lapses because
it says dossier.reasons-required
said lapses because nothing came, although told on 2 October
then phase lapsed

story the extension of decree 2-22-386, once
on 2026-09-01
fatima files complete
said extends technical-expertise because it is hard
it says dossier.extension-not-listed
said extends public-inquiry because the neighbours are heard
then answer by 2026-10-01
said extends public-inquiry because again
it says dossier.extended-already
