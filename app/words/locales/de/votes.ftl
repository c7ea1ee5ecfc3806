# Was zu Stimmen gesagt wird. $given sind die Punkte mit Vorzeichen, als Text: +1, -2.

vote = { score } ({ $given })
# $because ist das getippte Wort: for, because, cause, cuz, coz, as, since oder due to.
vote-for = { score } ({ $given } { $because ->
    [for] für
    [because] weil
   *[other] { $because }
  } { $reason })
# Was oben für $given steht, wenn eine Reaktion oder ein Formular sie gegeben hat: `+1 von ann`.
vote-given-by = { $given } von { $giver }
vote-given-by-workflow = { $given } von { $giver } durch einen Workflow
vote-withdrawn = { score } ({ $given } zurückgenommen)
score = { $name } hat { points }
the-group = die Gruppe
# Unter den Stimmen einer Nachricht, die alle diesen Grund haben: `für die Doku`.
votes-why = { $because ->
    [for] für
    [because] weil
   *[other] { $because }
  } { $reason }
# Was für Stimmen steht, für die in einer Nachricht kein Platz ist.
votes-more = und { $count } weitere
