# Saisons: Zeitabschnitte mit eigenen Ranglisten.

season-called = Saison { $name }
season-first = Erste Saison
season-numbered = Saison { $number }
season-since = { $season }, seit { $date }
season-until = { $season }, bis { $date }
season-between = { $season }, { $dates }

# Was /karma seasons auflistet.
season-list = {"*"}Saisons*
season-line = { $number }. { $season }
season-now = (jetzt)
season-more = { $count ->
    [one] … und { $count } davor
   *[other] … und { $count } davor
  }
season-only = Es gibt eine Saison, die erste, und sie läuft von Anfang an.
season-how = Du siehst eine mit `/leaderboard season`, `/leaderboard last season` oder mit ihrer Nummer oder ihrem Namen: `/leaderboard season 1`. Admins beginnen die nächste mit `/karma season "Herbst"`.

# Warum etwas kein Name für eine Saison ist.
season-unfit-empty = Eine Saison braucht einen Namen: `/karma season "Herbst"`.
season-unfit-long = Der Name ist zu lang: Der einer Saison hat höchstens { $most } Zeichen, wie in `/karma season "Herbst 2026"`.
season-unfit-number = Eine Zahl allein würde als Nummer einer Saison verstanden: Schreib ein Wort dazu, etwa `/karma season "Herbst 2026"`.
season-unfit-marks = Im Namen einer Saison stehen keine Anführungszeichen, Erwähnungen oder unsichtbaren Zeichen: `/karma season "Herbst"`.
season-unfit-taken = Eine Saison mit diesem Namen gibt es schon: `/karma seasons` listet sie auf.

# Das Formular, das eine beginnt; sein Titel hat höchstens 24 Zeichen.
season-form-title = Saison beginnen
season-form-submit = Beginnen
season-form-close = Abbrechen
season-form-done = Schließen
season-form-label = Name
season-form-opened = Ich habe dir ein Formular geöffnet.
season-form-what = Ab jetzt beginnt jede Rangliste von vorn: Personen, Dinge, Gebende und Kanäle. *Nichts wird gelöscht*: { $season } bleibt lesbar, die Ranglisten über alle Zeit auch, und wer ältere Nachrichten ändert, ändert sie dort, wo sie gezählt wurden. Eine Saison lässt sich nicht zurücknehmen.
season-begun = *{ $season } hat begonnen.* `/leaderboard` zeigt sie ab jetzt; `/leaderboard last season` zeigt die davor und `/leaderboard all` alles.
season-late = Inzwischen hat jemand anderes eine begonnen: Jetzt ist { $season }. Es wurde nichts geändert.
