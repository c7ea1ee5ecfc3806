# Was nur die Person erfährt, deren Punkte nicht zählen: warum, und was stattdessen geht.

refusal-self = Nicht gezählt: Punkte sind für andere da, und deine vergeben die anderen. Hat jemand geholfen, gib die Punkte weiter.
refusal-too-many = Nicht gezählt: { $most ->
    [one] Mehr als eine Person oder ein Ding auf einmal geht
   *[other] Mehr als { $most } Leute und Dinge auf einmal gehen
  } nicht. Verteile sie auf mehrere Nachrichten.
refusal-allowance = Nicht gezählt: So viel hast du heute nicht mehr übrig, bei { $count ->
    [one] { $count } Punkt
   *[other] { $count } Punkten
  } am Tag. Gib weniger oder warte bis morgen; `/karma` zeigt, was übrig ist.
# $unit ist days, hours oder minutes.
refusal-cooldown = Nicht gezählt: Du hast derselben Person oder demselben Ding vor weniger als { $unit ->
    [days] { $count ->
        [one] einem Tag
       *[other] { $count } Tagen
      }
    [hours] { $count ->
        [one] einer Stunde
       *[other] { $count } Stunden
      }
   *[minutes] { $count ->
        [one] einer Minute
       *[other] { $count } Minuten
      }
  } schon etwas gegeben. Warte noch ein wenig. Beim nächsten Mal kannst du auch mehr auf einmal geben: `+++` sind zwei Punkte.
refusal-group = Nicht gezählt: Slack hat mir nicht gesagt, wer zu dieser Gruppe gehört. Erwähne die Leute einzeln.
refusal-opted-out = Nicht gezählt: Jemand davon macht nicht mit. Dein Dank kommt trotzdem an.
refusal-minus-off = Nicht gezählt: Hier zählen nur Pluspunkte.
refusal-minus-things = Nicht gezählt: Minuspunkte sind hier nur für Dinge da, etwa `"langsame Builds"--`.
refusal-minus-reason = Noch nicht gezählt: Ein Minus braucht hier eine Begründung. Schreib dazu, warum, etwa `"langsame Builds"-- weil ich eine Stunde gewartet habe`.
refusal-things = Nicht gezählt: Punkte sind hier nur für Leute da. Gib sie denen, die dahinterstecken: `@jemand++`.
# $until ist ein Datum.
refusal-banned-until = Nicht gezählt: Punkte von dir zählen bis { $until } nicht, das hat ein Admin so festgelegt. Wenn das nicht stimmt, frag bitte nach.
refusal-banned = Nicht gezählt: Punkte von dir zählen vorerst nicht, das hat ein Admin so festgelegt. Wenn das nicht stimmt, frag bitte nach.
refusal-stranger = Nicht gezählt: Punkte von Externen oder für Externe zählen hier nicht. Ein Admin kann das mit `/karma settings` ändern.
refusal-closed = Nicht gezählt: In diesem Channel sind Punkte ausgeschaltet.
refusal-rest = Auch nicht gezählt. In der nächsten Minute sage ich das nicht jedes Mal dazu.
