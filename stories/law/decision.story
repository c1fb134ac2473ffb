# Decision, visa, signature, notification, appeal: law 55-19 arts 4 and 20-21, law 03-01, joint order 1839.23.

story a refusal: reasons, routes of appeal, signature, notification, appeal in its time
on 2026-09-01
fatima files complete
said refuses because
it says dossier.reasons-required
said refuses because two floors at most
nadia signs
it says dossier.appeal-routes-required
nadia signs naming the routes
then phase notification
on 2026-09-04
said notifies by counter
then phase refused
then appeal until 2026-10-05
on 2026-10-06 00:00
fatima appeals
it says dossier.appeal-time-over

story a delegation is checked at the moment of signing
given delegation 2026-09-03 2026-09-05
on 2026-09-01
fatima files complete
said grants
nadia signs
it says dossier.no-signing-right
on 2026-09-06
nadia signs
it says dossier.no-signing-right

story a delegation in force signs, and is named
given delegation 2026-09-03 2026-09-05
on 2026-09-01
fatima files complete
said grants
on 2026-09-05
nadia signs
then signed under D-1

story a visa has its own delay, which does not stop the clock, and its silence does not hold the file
given visa agence-urbaine 5
on 2026-09-01
fatima files complete
said grants
then phase visa
then answer by 2026-09-16
nadia signs
it says dossier.visa-outstanding
on 2026-09-08
nadia signs
then phase notification

story an appeal is decided by someone else than the authors
given kind complaint
given authors said nadia
on 2026-09-01
fatima files complete
said grants
it says dossier.author-decides-appeal
brahim grants
nadia signs
it says dossier.author-decides-appeal
brahim signs
said notifies by counter
then phase upheld

story a declaration cannot be refused, and after sixty days the association may operate
given kind declaration
on 2026-09-01
fatima files complete
said refuses because we do not like it
it says dossier.not-for-kind
on 2026-12-01
program wakes
then phase free_to_operate
nadia acknowledges
then phase acknowledged

story withdrawal belongs to the person
on 2026-09-01
fatima files complete
said withdraws because it is hard
it says dossier.role-required
fatima withdraws because of other plans
then phase withdrawn
