# Was die App sagt, wenn sie in einen Channel eingeladen wird.

# Nur für die Person, die sie eingeladen hat.
welcome =
    Danke für die Einladung! Mit `@name++` gibst du hier jemandem einen Punkt, `/leaderboard` zeigt, wer vorn liegt, und `/karma help` alles Weitere.
    Das siehst nur du. Soll ich mich allen vorstellen?
# Nur für die Person, die sie eingeladen hat und kein Admin ist.
welcome-member =
    Danke für die Einladung! Mit `@name++` gibst du hier jemandem einen Punkt, `/leaderboard` zeigt, wer vorn liegt, und `/karma help` alles Weitere.
    Das siehst nur du. Was hier zählt, legen Admins fest: `/karma settings`.
# Buttons.
welcome-hello = Allen Hallo sagen
welcome-settings = Einstellungen für diesen Channel
welcome-said = Erledigt: Ich habe mich vorgestellt.
welcome-quiet = Dieser Channel ist inzwischen still, also sage ich hier nichts: siehe *Stille Channels* in `/karma settings`.

# Für alle im Channel. $minutes ist, wie lange Rückgängigmachen geht, 0 für nie; $minus einer der Sätze unten,
# $boards everyone, wo man die Plätze von allen sieht.
hello =
    Hallo, ich bin { APP() } und zähle Dankeschöns.
    • `@name++ für die Doku` gibt jemandem einen Punkt, `@name+++` zwei. Mit `"code review"++` geht das auch für Dinge.
    • { $boards ->
        [everyone] `/leaderboard` zeigt, wer vorn liegt, `/karma` deine eigenen Punkte.
       *[own] `/karma` zeigt deine eigenen Punkte.
      }
    • { $minutes ->
        [0] Anders überlegt? Bearbeite oder lösche deine Nachricht.
       *[other] Anders überlegt? Tippe innerhalb { $minutes ->
            [one] einer Minute
           *[other] von { $minutes } Minuten
          } `/karma undo`, oder bearbeite oder lösche deine Nachricht.
      }
    • { $minus } Admins können das ändern: *Minus* in `/karma settings`.
hello-minus-on = `@name--` nimmt einen Punkt weg.
hello-minus-things = Minus gibt es nur für Dinge, etwa `"langsame Builds"--`.
hello-minus-reason = Minus zählt nur mit Begründung, etwa `"langsame Builds"-- weil ich eine Stunde gewartet habe`.
hello-minus-off = Hier zählt nur Plus.
