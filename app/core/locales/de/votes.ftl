# Was zu Stimmen gesagt wird. $given sind die Punkte mit Vorzeichen, als Text: +1, -2.

vote = { score } ({ $given })
# $because ist das getippte Wort: for, because, cause, cuz, coz, as, since oder due to.
vote-for = { score } ({ $given } { $because ->
    [for] für
    [because] weil
   *[other] { $because }
  } { $reason })
vote-withdrawn = { score } ({ $given } zurückgenommen)
score = { $name } hat { points }
the-group = die Gruppe

refusal-self = Stimmen für dich selbst zählen nicht, aber schön, dass du stolz auf dich bist.
refusal-too-many = Das sind zu viele auf einmal: Ich zähle höchstens { $most } pro Nachricht, also zählt keine davon.
refusal-allowance = Das ist mehr, als du heute noch vergeben kannst: Du hast { points } am Tag, also zählt diese Nachricht nicht. Morgen gibt es neue.
refusal-group = Ich konnte nicht nachsehen, wer zu dieser Gruppe gehört, deshalb hat sie keine Punkte bekommen.
refusal-opted-out = Jemand, für den du gestimmt hast, macht nicht mit, deshalb zählen diese Stimmen nicht.
