# Was nur erfährt, wessen Stimmen nicht zählen: warum, und was stattdessen geht.

refusal-self = Stimmen für dich selbst zählen nicht, aber schön, dass du stolz auf dich bist. Hat jemand dabei geholfen, gib die Punkte weiter.
refusal-too-many = Das sind zu viele auf einmal: Ich zähle höchstens { $most } pro Nachricht, also zählt keine davon. Verteile sie auf mehrere Nachrichten.
refusal-allowance = Das ist mehr, als du heute noch vergeben kannst: Du hast { points } am Tag, also zählt diese Nachricht nicht. Gib weniger oder warte bis morgen.
refusal-cooldown = { $minutes ->
    [one] Dieselbe Person oder Sache hat vor weniger als einer Minute schon etwas von dir bekommen, deshalb zählt diese Stimme nicht. Warte eine Minute oder gib mehr auf einmal: `+++` sind zwei Punkte.
   *[other] Dieselbe Person oder Sache hat vor weniger als { $minutes } Minuten schon etwas von dir bekommen, deshalb zählt diese Stimme nicht. Warte, bis sie um sind, oder gib mehr auf einmal: `+++` sind zwei Punkte.
  }
refusal-group = Ich konnte nicht nachsehen, wer zu dieser Gruppe gehört, deshalb hat sie keine Punkte bekommen. Erwähne die Leute einzeln.
refusal-opted-out = Jemand, für den du gestimmt hast, macht nicht mit, deshalb zählen diese Stimmen nicht.
refusal-minus-off = Minusstimmen zählen hier nicht. Ein Plus für das, was gut war, schon.
refusal-minus-things = Minusstimmen für Menschen zählen hier nicht, nur solche für Dinge: `slow builds--`.
refusal-minus-reason = Ein Minus zählt hier nur mit Begründung. Bearbeite deine Nachricht und schreib dazu, warum, zum Beispiel: `slow builds-- because ich eine Stunde gewartet habe`.
refusal-things = Punkte gibt es hier nur für Menschen, nicht für Dinge. Gib sie denen, die dahinterstecken: `@jemand++`.
# $until ist ein Datum.
refusal-banned-until = Deine Stimmen zählen bis { $until } nicht: Das hat ein Admin so entschieden. Wenn das ein Irrtum ist, frag bitte nach.
refusal-banned = Deine Stimmen zählen vorerst nicht: Das hat ein Admin so entschieden. Wenn das ein Irrtum ist, frag bitte nach.
refusal-stranger = Stimmen von oder für Leute aus anderen Organisationen zählen hier nicht. Ändern kann das ein Admin mit `/karma settings`.
