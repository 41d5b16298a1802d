#include <array>

#include "room/demo_samples.h"

namespace guildhall::room {

const std::string_view kRubricGuidelines = R"md(# Grading with a rubric

Each task shows a request, one response, and a list of criteria that a specialist wrote for this
request before any response existed. You decide for every criterion on its own whether the
response **meets** it. Points are added up by the software; please do not aim at a total.

## Rules

- **Met** means that the response does what the criterion says, in substance. Other words for the
  same thing count. A hint that only a specialist would pick up does not.
- **Not met** is right where the response is silent, vague or wrong on the point. Half met is not
  met.
- **Cannot assess** is for a criterion that you cannot check: a source that you have no access
  to, a field that is not yours. It leaves the criterion out of the score.
- A criterion marked as a **gate** fails the whole response if it is not met. Read gates first,
  and read them literally.
- Criteria with **negative points** describe a fault. *Met* then means that the fault is there.

## Before you submit

Grade what is on the page, not what the author may have known. If two criteria seem to overlap,
grade each as if the other did not exist. Say in a sentence what you found hardest to decide; it
is how we improve the criteria. If a criterion itself is wrong, grade by its wording and tell us
in the same box.
)md";

namespace {

constexpr std::array kWarfarin = {
    CriterionSample{"interaction",
                    "Says that trimethoprim-sulfamethoxazole raises the INR or the "
                    "risk of bleeding in someone on warfarin",
                    5, true, true},
    CriterionSample{"alternative",
                    "Suggests an antibiotic with less interaction, or to ask for "
                    "one",
                    3, false, true},
    CriterionSample{"monitor",
                    "Says to check the INR within 3 to 5 days if it is taken all the "
                    "same",
                    3, false, false},
    CriterionSample{"warning", "Names at least two signs of bleeding to watch for", 2, false, true},
    CriterionSample{"stop", "Advises to stop warfarin without asking a clinician", -5, false,
                    false}};

constexpr std::array kPrivacy = {
    CriterionSample{"month", "States that the answer is due within one month of receipt", 3, true,
                    true},
    CriterionSample{"extend",
                    "Mentions that two further months are possible for complex "
                    "requests, with notice inside the first",
                    2, false, true},
    CriterionSample{"identity",
                    "Says that identity may be verified where there is reasonable "
                    "doubt",
                    1, false, true},
    CriterionSample{"others",
                    "Says that other people's data in the same records must be "
                    "protected, e.g. by redaction",
                    3, false, false},
    CriterionSample{"fee", "Claims that a fee may be charged as a matter of course", -3, false,
                    false}};

constexpr std::array kBackup = {
    CriterionSample{"copy", "Says why copying the live database file is not a sound backup", 3,
                    false, true},
    CriterionSample{"tool",
                    "Gives a method that is safe while the program writes (the backup "
                    "API, VACUUM INTO, or a snapshot that is atomic)",
                    4, true, true},
    CriterionSample{"restore", "Says to test a restore", 3, false, true},
    CriterionSample{"offsite", "Says to keep a copy on another machine", 2, false, false}};

constexpr std::array kSourdough = {
    CriterionSample{"ratio", "Computes the hydration as 70 %", 4, true, true},
    CriterionSample{"starter", "Counts the flour and the water inside the starter", 3, false, true},
    CriterionSample{"salt", "Gives salt as 2 % of the flour, starter included", 2, false, true}};

constexpr std::array kTreaty = {
    CriterionSample{"date", "Dates the peace to October 1648", 2, false, true},
    CriterionSample{"two", "Names both Münster and Osnabrück", 2, false, true},
    CriterionSample{"myth",
                    "Says that historians doubt that it created the modern system of "
                    "sovereign states",
                    4, false, false},
    CriterionSample{"invented", "Quotes a source that does not exist", -6, false, false}};

constexpr std::array kProof = {
    CriterionSample{"assume", "Assumes a fraction in lowest terms", 2, false, true},
    CriterionSample{"even", "Derives that numerator and denominator are both even", 4, false, true},
    CriterionSample{"lemma", "Justifies that an even square has an even root", 3, false, false},
    CriterionSample{"valid", "The argument contains no false step", 3, true, true}};

constexpr std::array kSamples = {
    RubricSample{
        "medicine-warfarin",
        R"md(I take warfarin for atrial fibrillation. The walk-in clinic gave me co-trimoxazole
(trimethoprim-sulfamethoxazole) for a bladder infection. Anything I should know?)md",
        R"md(Yes: please call the clinic or your pharmacist before the first tablet. This
combination makes warfarin work more strongly, sometimes within days, and can cause serious
bleeding. Ask whether another antibiotic would do; for a simple bladder infection nitrofurantoin
is often used instead if your kidneys allow it.

Whatever you are given, keep taking warfarin as prescribed until somebody who knows your INR
tells you otherwise. Get help quickly for black stools, blood in the urine, a nosebleed that does
not stop, or a bad headache.)md",
        kWarfarin, "It warns well, but never says when the INR should be checked."},
    RubricSample{
        "law-access",
        R"md(A former employee in Germany demands "all data you hold about me" under the GDPR. What
is our deadline, and what do we have to think of?)md",
        R"md(You have one month from receipt. If the request is complex you may take up to two
more months, but you have to tell the person so, with reasons, within the first month. It is free
of charge; only manifestly unfounded or excessive requests are an exception.

Think of: mailboxes and chat, the personnel file, access logs, backups within reason, and
processors that hold data for you. If you are not sure that the writer is the former employee,
ask for what you need to verify it, not more. Give the purposes, recipients, storage periods and
sources along with the copy.)md",
        kPrivacy, "Everything on time limits; silent on colleagues named in the same mails."},
    RubricSample{
        "software-backup",
        R"md(Our service writes to one SQLite file all day. The backup is a nightly
`cp app.db /backup/`. Is that all right?)md",
        R"md(No. `cp` reads the file front to back while pages change under it, and what is in the
`-wal` file is not in the copy at all, so a restore can be stale or corrupt, and you find out
only on the day you need it.

```sh
sqlite3 app.db "VACUUM INTO '/backup/app-$(date +%F).db'"
sqlite3 "/backup/app-$(date +%F).db" "PRAGMA integrity_check"
```

`VACUUM INTO` takes one consistent view and does not block writers in WAL mode; `.backup` is the
alternative. Keep a week of them, and once a month start the service from one in a test folder: a
backup that was never restored is a hope.)md",
        kBackup, "Good; only a copy on another machine is missing."},
    RubricSample{
        "maths-sourdough",
        R"md(My dough: 450 g flour, 300 g water, 100 g starter (equal parts), 10 g salt. What is
the hydration, and is the salt right?)md",
        R"md(Count the starter as what it is: 50 g flour and 50 g water. So there are 500 g flour
and 350 g water, and the hydration is $350/500 = 70\,\%$. Your 10 g of salt are $10/500 = 2\,\%$,
which is the usual figure. Nothing to change.)md",
        kSourdough, ""},
    RubricSample{
        "history-westphalia",
        R"md(In two paragraphs for a museum panel: what was decided at the Peace of Westphalia,
and why is it called the birth of the modern state?)md",
        R"md(In October 1648 envoys who had negotiated for years in the two towns of Münster and
Osnabrück signed the treaties that ended the Thirty Years' War in the Empire. They confirmed the
religious settlement with Calvinists now included, fixed 1624 as the year by which church lands
were judged, gave territories to Sweden and France, and recognised that the Netherlands and the
Swiss had gone their own way.

Since each prince was now master in his own land and no outside power could interfere, the peace
created the system of sovereign states in which we still live today.)md",
        kTreaty, ""},
    RubricSample{
        "maths-root-two", R"md(Prove that $\sqrt2$ is irrational, for a first-year student.)md",
        R"md(Suppose $\sqrt2 = p/q$ with whole numbers $p, q$ and the fraction in lowest terms.
Squaring gives $p^2 = 2q^2$, so $p^2$ is even and therefore $p$ is even: $p = 2r$. Then
$4r^2 = 2q^2$, so $q^2 = 2r^2$ and $q$ is even as well. But then $2$ divides both, although the
fraction was in lowest terms. This contradiction shows that no such fraction exists. $\square$)md",
        kProof, ""},
};

}  // namespace

std::span<const RubricSample> rubric_samples() { return kSamples; }

}  // namespace guildhall::room
