# Was jemand einmal am Tag nur für sich erfährt, der etwas schreibt, das wie Punkte aussieht und keine sind.
# $name ist, wie jemand heißt.

hint-broadcast = Für @here, @channel oder @everyone zählt das nicht. Erwähne stattdessen Leute oder eine Gruppe, etwa `@ann++ @bob++` oder `@team++`.
hint-channel = Ein Kanal kann keine Punkte bekommen. Ein Ding, das so heißt, setz in Anführungszeichen, etwa `„dev“++`; für Leute erwähne sie oder eine Gruppe.
hint-before = Mit dem ++ hinter dem Namen zählt es: `@{ $name }++`
hint-plus-one = Das zählt so noch nicht. Für einen Punkt an { $name } schreib `@{ $name }++`, für drei `@{ $name } += 3`
hint-thread = In einem Thread zählt `++` allein oder mit `für` oder `weil` und einer Begründung: `++ für die tolle Hilfe`
hint-unpicked = Das ist noch keine Erwähnung, darum zählt es nicht. Wähl { $name } aus der Liste, die Slack nach einem @ öffnet.
# $spelling ist der Name, wie er nach einem @ getippt wurde.
hint-slip = Das habe ich für das Ding „{ $spelling }“ gezählt. Falls du { $name } meinst: Bearbeite die Nachricht und wähl den Namen aus der Liste von Slack.
# $spelling ist das Emoji ohne seine Doppelpunkte.
hint-currency = Mit dem :{ $spelling }: direkt hinter dem Namen zählt es: @{ $name } :{ $spelling }:
# Unter den ersten Punkten, die jemand je gegeben hat. $minutes ist, wie lange Rückgängigmachen geht, 0 für nie;
# $by ist message, wo es eine eigene Nachricht war, die sie bearbeiten können.
hint-first-vote = Das waren deine ersten Punkte hier.{ $by ->
    [message] { $minutes ->
        [0] {" "}Anders überlegt? Bearbeite oder lösche deine Nachricht.
       *[other] {" "}Anders überlegt? Tippe innerhalb { hint-first-minutes } `/karma undo`, oder bearbeite oder lösche deine Nachricht.
      }
   *[other] { $minutes ->
        [0] {""}
       *[other] {" "}Anders überlegt? Tippe innerhalb { hint-first-minutes } `/karma undo`.
      }
  }
hint-first-minutes = { $minutes ->
    [one] einer Minute
   *[other] von { $minutes } Minuten
  }
