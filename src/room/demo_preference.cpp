#include <array>

#include "room/demo_samples.h"

namespace guildhall::room {

const std::string_view kPreferenceGuidelines = R"md(# Which answer would you rather have been given?

You see one question and two answers by language models. Say which answer would serve the person
who asked better, and by how much. You are here for your judgement in your field, so judge as you
would at work, not as a stranger to the subject might.

## What counts, in this order

1. **Is it right?** An error that could do harm (a dose, a deadline, a data loss) outweighs
   everything below. Check what you can check: recompute the number, run the code in your head,
   recall the statute.
2. **Does it answer the question that was asked?** A correct essay on a neighbouring subject is
   not an answer.
3. **Does it say what it does not know?** An answer that names its doubt beats one that hides it.
4. **Can it be used?** Order, length and tone come last. Longer is not better.

## How to answer

- Choose a response. *Slightly* means that you had to think about it, *clearly* that a colleague
  would agree, *far* that the other one should not be sent at all.
- **Tie** is for answers that are equally good. **Both bad** is for a pair in which neither
  should reach a person. Please do not use either to save time.
- Write one or two sentences on what decided it. Name the fault: "states 10 mg/kg where the
  maximum is 4", not "less accurate".

Do not reward confidence, flattery or formatting. Do not paste any of this text elsewhere, and do
not ask another model for its opinion. If a question lies outside your field, skip it with that
reason: a skip costs you nothing.
)md";

namespace {

constexpr std::array kSamples = {
    PreferenceSample{
        "medicine-metformin",
        R"md(My father (71, type 2 diabetes, on metformin 1000 mg twice a day) has a CT scan with
contrast next week. His last eGFR was 26. The booking letter says nothing about his tablets. What
should we do?)md",
        R"md(Ring the imaging department and his prescriber **before** the day, and tell them both
the eGFR of 26.

- At an eGFR below 30 metformin is generally not recommended at all, scan or no scan, because it
  is cleared by the kidney and can build up. His dose needs a review now.
- For the scan: with a value this low it is usual to stop metformin at the time of the contrast
  and not restart for at least 48 hours, and only after a blood test shows that the kidneys have
  not got worse.
- Ask too whether he should be given fluids, and whether a scan without contrast would do.

He should not simply stop on his own without a plan for his sugars meanwhile.)md",
        R"md(Metformin is very safe and is one of the most widely prescribed medicines in the
world. He should take his tablets as usual on the morning of the scan with a small breakfast and
drink plenty of water afterwards, which flushes out the contrast. If the letter does not mention
the tablets then the department has decided that they are not a problem. You could mention it to
the radiographer on the day.)md",
        "a", 3,
        "B tells a man with an eGFR of 26 to take metformin before contrast; that is unsafe. A "
        "says to hold it, recheck, and review the dose.",
        "A catches that the dose itself is wrong at this kidney function. B reads silence in a "
        "letter as clearance."},
    PreferenceSample{
        "law-notice",
        R"md(A fixed-term commercial lease says: *"Either party may terminate on six months'
notice expiring on or after 30 June 2027."* The tenant's notice, served on 10 January 2027, says
it *"expires on 30 June 2027"*. Is it good?)md",
        R"md(Yes. January to June is six months, so a notice served in January that expires at the
end of June satisfies the clause. The exact day in January does not matter, because leases count
in calendar months and each month counts as a whole.)md",
        R"md(Probably not. Six months from 10 January 2027 runs to about 10 July 2027, so a notice
expiring on 30 June is some ten days short of the length that the clause asks for.

Break clauses are construed strictly, and a notice that is too short is normally ineffective
rather than extended by the court to the next valid day. Look for two rescuers: a definition of
"month" or a deemed-service clause in the lease, and wording in the notice such as "or the
earliest date on which the lease can be ended". With neither, the safe course is to serve a fresh
notice now for a date at least six months ahead, without prejudice to the first.)md",
        "b", 3,
        "A miscounts: 10 January to 30 June is under six months. B counts rightly and says what "
        "to look for and what to do.",
        "I would call this closer: A states the everyday reading in plain words, and B leans on "
        "wording that nobody has shown us."},
    PreferenceSample{
        "software-race",
        R"md(Two workers sometimes pick up the same job. What is wrong, and what is the smallest
fix? PostgreSQL.

```sql
BEGIN;
SELECT id FROM jobs WHERE state = 'ready' ORDER BY id LIMIT 1;
-- in the application: id
UPDATE jobs SET state = 'running' WHERE id = $1;
COMMIT;
```)md",
        R"md(The transaction is not isolated enough. Add
`SET TRANSACTION ISOLATION LEVEL READ COMMITTED;` after `BEGIN`. Then the second worker sees what
the first has committed, and picks another job. You should also add an index on `state`, which
makes the window shorter.)md",
        R"md(Between `SELECT` and `UPDATE` nothing holds the row, so two workers can read the same
`id`; the second `UPDATE` waits for the first, then happily sets `running` once more. Take and
mark it in one statement:

```sql
UPDATE jobs SET state = 'running'
WHERE id = (SELECT id FROM jobs WHERE state = 'ready'
            ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id;
```

`FOR UPDATE` locks the row that was chosen; `SKIP LOCKED` lets the other worker take the next one
instead of queueing behind it. No row returned means that there is nothing to do.)md",
        "b", 3, "A proposes the default isolation level, which changes nothing.",
        "READ COMMITTED is already the default in PostgreSQL. B's statement is the usual fix and "
        "is explained."},
    PreferenceSample{
        "maths-integral",
        R"md(Evaluate $\displaystyle\int_0^{\infty} \frac{\ln x}{1+x^2}\,dx$ and show why.)md",
        R"md(Split at 1 and substitute $x = 1/t$ in the outer part, so that
$dx = -\,dt/t^2$:

$$\int_1^{\infty}\frac{\ln x}{1+x^2}\,dx=\int_0^1\frac{-\ln t}{1+t^{-2}}\,\frac{dt}{t^2}
=-\int_0^1\frac{\ln t}{1+t^2}\,dt .$$

The two parts cancel. Both converge, since $|\ln x|$ is integrable at $0$. Hence the value is
$\boxed{0}$.)md",
        R"md(Integrate by parts with $u=\ln x$ and $dv = dx/(1+x^2)$:

$$\Big[\ln x\arctan x\Big]_0^\infty-\int_0^\infty\frac{\arctan x}{x}\,dx .$$

The bracket vanishes at both ends, and the remaining integral is Catalan's constant, so the value
is $-G\approx-0.916$.)md",
        "a", 3,
        "A is right and complete. In B the bracket diverges at infinity, and so does the integral "
        "that is left.",
        "B's boundary term does not vanish; the result is wrong. A's substitution is the proof."},
    PreferenceSample{
        "history-printing",
        R"md(My pupils (14) ask: "Did the printing press cause the Reformation?" Give me an answer
that I can use in class, five or six sentences.)md",
        R"md(The press did not cause the Reformation, but it changed what a quarrel in one
university town could become. Complaints about indulgences were older than Luther: Wycliffe and
Hus had made many of them, and their movements were contained. In 1517 there were presses in some
two hundred towns, and within weeks Luther's theses were being reprinted far from Wittenberg;
short German pamphlets with woodcuts followed, which could be read aloud to people who could not
read. Print also worked for the other side, and it worked because princes and town councils chose
to protect what it spread. So ask your class: would the theses have mattered without the press,
and would the press have mattered without the princes?)md",
        R"md(Yes, the printing press, which was invented by Johannes Gutenberg in 1517, caused the
Reformation. Before it, books were copied by monks, and the Church could decide what people read.
With the press everybody could own a Bible and see that the Church was wrong. This is why the
Reformation began in Germany, where the press was invented. It shows how technology always brings
freedom.)md",
        "a", 3,
        "B dates the press to 1517 and argues that technology always frees; both are wrong. A "
        "weighs causes and ends with questions for a class.",
        "A is usable tomorrow morning; B would have to be corrected sentence by sentence."},
    PreferenceSample{
        "software-float",
        R"md(Why does `0.1 + 0.2 == 0.3` give `False` in Python, and how should I compare prices?
)md",
        R"md(Floats are binary fractions. None of 0.1, 0.2 and 0.3 has a finite binary expansion,
so each is rounded, and the rounded sum lands one step away from the rounded 0.3
(`0.1 + 0.2` is `0.30000000000000004`).

For prices do not use floats at all: keep whole cents in an `int`, or use `Decimal` built from
*strings*:

```python
from decimal import Decimal
Decimal("0.1") + Decimal("0.2") == Decimal("0.3")   # True
```

For measurements, compare with a tolerance: `math.isclose(x, y, rel_tol=1e-9)`.)md",
        R"md(This is a well-known bug in Python's floating point that other languages have too.
Use `round(x, 2) == round(y, 2)` whenever you compare prices. You can also convert with
`Decimal(0.1) + Decimal(0.2) == Decimal(0.3)`, which is exact.)md",
        "a", 2,
        "B calls it a bug, and its Decimal line is false too: Decimal(0.1) takes the rounded "
        "float.",
        ""},
    PreferenceSample{
        "medicine-child-fever",
        R"md(Our daughter is 7 weeks old and has 38.4 °C measured twice. She drinks a bit less but
looks fine. It is Saturday night. Paracetamol and see on Monday?)md",
        R"md(A fever in a baby this young often comes from a cold. Give paracetamol drops every
four hours, dress her lightly and offer the breast often. If the fever has not gone in three days,
or a rash appears, see your doctor. You know your baby best.)md",
        R"md(Please do not wait until Monday. A baby under three months with 38 °C or more should
be seen by a doctor **now**, tonight, even if she looks well: at this age a serious infection can
show as nothing but fever and drinking less. Ring your out-of-hours or emergency number and say
her age and the temperature first.

Do not give paracetamol before she has been seen unless they tell you to. Take a note of her last
feeds and wet nappies. Call an ambulance if she is hard to wake, breathes fast or with grunting,
is pale or blue, or has a rash that does not fade under a glass.)md",
        "b", 3, "", ""},
    PreferenceSample{
        "law-licence",
        R"md(We ship a proprietary desktop app. A developer wants to link a library under the
LGPL-3.0 dynamically, unmodified. May we, and what must we do?)md",
        R"md(Yes, you may. In outline you owe your users four things: a prominent notice that the
library is used and is under the LGPL; a copy of the licence texts (LGPL and GPL); the library's
source, or an offer of it, for the version that you ship; and the practical ability to replace
the library by a modified one, which dynamic linking to a separate file gives you.

Your own terms must not forbid modifying the app for the customer's own use, nor the reverse
engineering needed to debug such modifications. Watch installers that sign or lock the file: if a
replaced library refuses to load, the condition is not met. Your own source stays closed. This is
orientation, not advice on your contracts.)md",
        R"md(No. The LGPL is a copyleft licence, so as soon as your program uses the library your
whole program has to be published under the same licence. Commercial software can only use MIT,
BSD or Apache libraries. You should look for an alternative.)md",
        "a", 3, "", ""},
    PreferenceSample{
        "maths-monty",
        R"md(Three doors, one car. The host does **not** know where the car is, opens one of the
other two at random, and it happens to be a goat. Should I switch?)md",
        R"md(Always switch! This is the famous Monty Hall problem. Your door had a chance of
$\tfrac13$ at the start and that cannot change, so the other door must have $\tfrac23$. Whether
the host knows anything makes no difference to the doors.)md",
        R"md(It makes no difference: now it is $\tfrac12$ each.

In the usual puzzle the host *never* opens the car, and that rule is where the $\tfrac23$ comes
from. Here he could have, so the goat is itself evidence. Say you picked door 1 and he opens
door 2 or 3 at random; six equally likely cases:

| car | opens | outcome |
|---|---|---|
| 1 | 2 or 3 | goat, goat |
| 2 | 2 or 3 | car, goat |
| 3 | 2 or 3 | goat, car |

Four cases show a goat. In two of them the car is behind your door, so
$P(\text{stay wins}\mid\text{goat}) = 2/4 = \tfrac12$.)md",
        "b", 3, "", ""},
    PreferenceSample{
        "science-climate",
        R"md(If CO₂ is only 0.04 % of the air, how can it matter? My uncle asks this at every
dinner. I want a friendly reply that is true.)md",
        R"md(A share says little about an effect: what counts is how much of it light has to pass
through. Nitrogen and oxygen, 99 % of dry air, let heat radiation through as if they were not
there, so the question is what the remaining part does, and CO₂ absorbs strongly around 15 µm,
near where the ground radiates most. Over the height of the atmosphere 0.04 % is about six
kilograms above every square metre.

You could offer him this: a glass of water with 0.04 % ink is not clear. And the change is not
small: from about 0.028 % before industry to over 0.042 % now, half as much again.)md",
        R"md(You can tell your uncle that 97 % of scientists disagree with him and that this
question has been answered long ago. CO₂ is a poison in large amounts, and even small amounts of
poison matter, as with arsenic. Also, CO₂ is heavier than air, so it collects near the ground
where we live and heats it.)md",
        "a", 2, "", ""},
    PreferenceSample{
        "check-units",
        R"md(A drip is prescribed at 1 litre over 8 hours with a giving set of 20 drops per
millilitre. How many drops per minute?)md",
        R"md(1000 ml ÷ 8 h = 125 ml/h. 125 × 20 = 2500 drops per hour; ÷ 60 ≈ **42 drops per
minute**.)md",
        R"md(1000 ml ÷ 8 h = 125 ml/h. 125 ÷ 20 = 6.25, so about **6 drops per minute**.)md", "a",
        3,
        "125 ml/h × 20 drops/ml ÷ 60 min = 41.7. The second answer divides by the drop "
        "factor instead of multiplying.",
        "", true},
    PreferenceSample{"check-off-by-one",
                     R"md(Write a Python function that returns the last `n` items of a list, for any
`n ≥ 0`.)md",
                     R"md(```python
def last(items, n):
    return items[-n:]
```)md",
                     R"md(```python
def last(items, n):
    return items[max(len(items) - n, 0):]
```

`items[-n:]` would return the whole list for `n = 0`.)md",
                     "b", 2, "For n = 0 the first function returns the whole list: -0 is 0.", "",
                     true},
};

}  // namespace

std::span<const PreferenceSample> preference_samples() { return kSamples; }

}  // namespace guildhall::room
