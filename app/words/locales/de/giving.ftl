# Das Formular „Karma geben“ und der gleichnamige Schritt eines Workflows.

# Titel und Knöpfe haben höchstens 24 Zeichen.
giving-title = Karma geben
giving-submit = Geben
giving-cancel = Abbrechen
giving-close = Schließen
# $author ist eine Erwähnung.
giving-about = { $author } hat diese Nachricht geschrieben. Was du hier gibst, zählt wie eine Stimme in einer Antwort darauf.
# $points hat ein Vorzeichen und ist Text: +2.
giving-stands = Du hast für diese Nachricht schon { $points } gegeben. Was du jetzt gibst, tritt an die Stelle davon; 0 nimmt es zurück.
giving-whom = Wer die Punkte bekommt
giving-channel = Channel
giving-channel-hint = Dort zählen sie, und dort sage ich es. Du und ich müssen beide darin sein.
giving-points = Punkte
giving-points-hint = Eine ganze Zahl von { $least } bis { $most }.
giving-reason = Grund
giving-reason-hint = Minuspunkte zählen hier nur mit einem Grund.

giving-wrong-points = Bitte gib eine ganze Zahl von { $least } bis { $most } ein.
giving-no-zero = Bitte gib mindestens einen Punkt, oder schließ dieses Formular.
giving-nobody = Bitte wähle aus, wer die Punkte bekommt.
giving-not-there = Punkte kannst du nur in Channels geben, in denen wir beide sind, nicht in Direktnachrichten. `/invite @pptbot` holt mich in einen.
giving-unchecked = Slack hat mir über diesen Channel nichts gesagt. Es hat sich nichts geändert; bitte versuch es in einer Minute noch einmal.
giving-long-reason = Ein Grund hat höchstens { $most } Zeichen.

giving-own-message = Das ist deine eigene Nachricht. Stimmen für dich selbst zählen nicht, aber schön, dass du stolz bist.
giving-unknown-author = Ich kann nicht erkennen, wer diese Nachricht geschrieben hat, also kann niemand Punkte dafür bekommen.
giving-closed = Deine Punkte für diese Nachricht wurden zurückgenommen, oder die Nachricht ist nicht mehr da. Dafür kann nichts mehr gegeben werden.

# Das liest, wer den Workflow gemacht hat.
giving-step-incomplete = Dieser Schritt braucht jemanden, der gibt, jemand anderen, der die Punkte bekommt, die Punkte als ganze Zahl außer 0 und einen Channel.
giving-step-no-member = Punkte können nur im Namen eines aktiven Mitglieds dieses Workspace gegeben werden: nicht in dem eines Gastes oder einer App, und nicht in dem von jemandem, der nicht mehr da ist.
giving-step-not-there = Punkte können nur in Channels gegeben werden, in denen sowohl der Gebende als auch pptbot sind.
giving-step-unknown = Diesen Schritt hat pptbot hier nicht: Er ist für eine andere Version davon oder für einen anderen Workspace gemacht.
