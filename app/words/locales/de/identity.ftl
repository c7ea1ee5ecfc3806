# Wie Leute heißen, und was gefragt wird, wo ein getippter Name jemanden meinen kann.

# Jemand aus einer anderen Organisation, in einem gemeinsamen Channel.
stranger = { $name } (andere Organisation)
stranger-of = { $name } ({ $organisation })

# $handle ist, was nach dem @ getippt wurde.
offer-question = { $count ->
    [one] Du hast @{ $handle } getippt, das ist keine Erwähnung. Meinst du { $name }? Die Stimme zählt, sobald du es sagst.
   *[other] Du hast @{ $handle } getippt, das ist keine Erwähnung. Meinst du jemanden davon? Die Stimme zählt, sobald du es sagst.
  }
# Knöpfe: höchstens 75 Zeichen.
offer-person = Ja, { $name }
offer-thing = Nein, das Ding @{ $handle }
offer-counted = Deine Stimme zählt für { $name }.
offer-as-thing = Deine Stimme zählt für das Ding @{ $handle }.
offer-gone = Hier gibt es nichts mehr zu entscheiden: Die Frage ist beantwortet, die Nachricht hat sich geändert, oder es ist mehr als einen Tag her.
offer-again = Das konnte ich nicht festhalten: Meine Datenbank antwortet nicht. Bitte drück in einer Minute noch einmal auf den Knopf; geändert hat sich nichts.
