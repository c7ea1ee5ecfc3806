# Das Formular „Karma geben“ und der gleichnamige Schritt eines Workflows.

# Titel und Buttons haben höchstens 24 Zeichen.
giving-title = Karma geben
giving-submit = Geben
# $author ist eine Erwähnung.
giving-about = Diese Punkte gehen an { $author }, für diese Nachricht.
# $points hat ein Vorzeichen und ist Text: +2.
giving-stands = Du hast für diese Nachricht schon { $points } gegeben. Was du jetzt gibst, ersetzt das; 0 nimmt es zurück.
giving-whom = Wer die Punkte bekommt
giving-channel = Channel
giving-channel-hint = Dort zählen die Punkte, und dort sage ich Bescheid; du und ich müssen beide drin sein.
giving-points = Punkte
giving-points-hint = Eine ganze Zahl von { $least } bis { $most }.
giving-reason = Begründung
giving-reason-hint = Ein Minus braucht hier eine Begründung.

giving-wrong-points = Bitte gib eine ganze Zahl von { $least } bis { $most } ein.
giving-no-zero = Bitte gib mindestens einen Punkt.
giving-nobody = Bitte wähl aus, wer die Punkte bekommt.
giving-not-there = Punkte zählen nur in einem Channel, in dem wir beide sind. `/invite @{ APP() }` holt mich in einen.
giving-unchecked = Slack hat mir zu diesem Channel noch nichts gesagt. Bitte versuch es in einer Minute noch einmal.
giving-long-reason = Bitte schreib höchstens { $most } Zeichen als Begründung.

# $name ist, wie das Mitglied heißt, dessen Name getippt wurde.
giving-person = Meinst du { $name }? Wähl die Person aus der Liste, die Slack nach einem @ zeigt.
giving-name = Meinst du { $name }? Wähl die Person aus der Liste, die Slack nach einem @ zeigt. Wenn du das Ding meinst, setz es in Anführungszeichen: `/karma { $command }`

giving-own-message = Das ist deine eigene Nachricht, und Punkte sind für andere da. Aber schön, dass du stolz bist!
giving-unknown-author = Ich weiß nicht, wer diese Nachricht geschrieben hat, darum kann niemand Punkte dafür bekommen.
giving-closed = Du hast deine Punkte für diese Nachricht rückgängig gemacht, oder sie ist nicht mehr da; darum bekommt sie keine mehr.

# Das liest, wer den Workflow gemacht hat.
giving-step-incomplete = Dieser Schritt braucht jemanden, der gibt, jemand anderen, der die Punkte bekommt, eine ganze Zahl außer 0 als Punkte und einen Channel.
giving-step-no-member = Wer gibt, muss ein aktives Mitglied dieses Workspace sein, kein Gast und keine App.
giving-step-not-there = { APP() } und die Person, die gibt, müssen beide in dem Channel sein.
giving-step-unknown = { APP() } hat hier keinen solchen Schritt: Er ist für eine andere Version oder einen anderen Workspace gemacht.
giving-step-away = Slack oder meine Datenbank hat nicht rechtzeitig geantwortet. Bitte versuch es in einer Minute noch einmal.
# Wo niemand von Punkten erfährt, die durch den Befehl gegeben wurden.
giving-counted = Gezählt.
