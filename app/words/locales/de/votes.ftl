# Was zu Punkten gesagt wird, die gegeben wurden. $given sind die Punkte mit Vorzeichen, als Text: +1, -2.

# $notes ist vote-cut, wenn mehr Punkte dastanden, als eine Nachricht geben kann, und vote-boosted,
# wenn sie doppelt oder dreifach zählen; sonst nichts.
vote = { score } ({ $given }{ $notes })
vote-cut = , mehr geht nicht auf einmal
vote-boosted = { $factor ->
    [2] , doppelt gezählt
   *[other] , dreifach gezählt
  }
# $because ist das getippte Wort: für, weil, wegen, denn oder eines einer anderen Sprache. Es bleibt, wie es
# ist: Was darauf folgt, ist in derselben Sprache.
vote-for = { score } ({ $given }{ $because ->
    [weil] , weil
    [denn] , denn
   *[other] {" "}{ $because }
  } { $reason }{ $notes })
# Was oben für $given steht, wenn eine Reaktion oder ein Formular sie gegeben hat: `+1 von ann`.
vote-given-by = { $given } von { $giver }
vote-given-by-workflow = { $given } von { $giver } über einen Workflow
vote-withdrawn = { score } ({ $given } rückgängig gemacht)
# Ein Punktestand, der 10, 50, 100 und so weiter erreicht, wird gefeiert.
score = { $name } hat { points }{ $event ->
    [milestone] {" "}:tada:
   *[none] {""}
  }
# Wo Antworten keine Zahlen haben.
noted = Danke, für { $names } notiert
noted-minus = Für { $names } notiert
noted-undone = Für { $names } rückgängig gemacht
thing = das Ding „{ $name }“
the-group = die Gruppe
# Unter den Punkten einer Nachricht, die alle diese Begründung haben: `für die Doku`.
votes-why = { $because } { $reason }
# Was für die steht, für die in einer Nachricht kein Platz ist.
votes-more = und { $count } weitere
