# Law 55-19 art. 19, decrees 2-22-387 and 2-22-141: silence after the delay is approval, for listed acts.

story silence approves at the legal instant, whenever the program wakes
on 2026-09-01
fatima files complete
on 2026-09-16 23:59
program wakes
then phase examination
on 2026-10-10
program wakes
then phase approved_by_silence
then approved by law on 2026-09-17
then document is valid

story a refusal that comes after the silence does not exist
on 2026-09-01
fatima files complete
said refuses because two floors at most
on 2026-09-17 00:00
nadia signs naming the routes
it says dossier.approved-by-silence

story a refusal signed in time but not notified in time never took effect
on 2026-09-01
fatima files complete
on 2026-09-16
said refuses because two floors at most
nadia signs naming the routes
on 2026-09-17 08:00
said notifies by counter
it says dossier.approved-by-silence
program wakes
then phase approved_by_silence

story after silence only the document can be withdrawn, and the attestation is the supervisor's
on 2026-09-01
fatima files complete
on 2026-09-18
program wakes
nadia attests 7/2026
it says dossier.role-required
wali attests 7/2026
nadia takes the document back because
it says dossier.reasons-required
nadia takes the document back because the plans were false
then document is withdrawn
then phase approved_by_silence

story an act that is not on the list is never approved by silence
given silence none
on 2026-09-01
fatima files complete
on 2027-01-10
program wakes
then phase examination
said refuses because two floors at most
then phase signature

story while the clock waits for the person no silence arises
on 2026-09-01
fatima files complete
said asks for plans because they are unreadable
on 2026-09-25
program wakes
then phase completion
