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
season-more = … und { $count } davor
season-only = Bisher gibt es nur eine Saison, die erste.
season-how = Du siehst eine mit `/leaderboard season`, `/leaderboard last season` oder ihrer Nummer oder ihrem Namen: `/leaderboard season 1`.
season-next = Admins beginnen die nächste mit `/karma season "Herbst"`.

# Warum etwas kein Name für eine Saison ist.
season-unfit-empty = Eine Saison braucht einen Namen: `/karma season "Herbst"`.
season-unfit-long = Bitte nimm höchstens { $most } Zeichen: `/karma season "Herbst 2026"`.
season-unfit-number = Eine Zahl allein könnte man mit der Nummer einer Saison verwechseln. Schreib ein Wort dazu: `/karma season "Herbst 2026"`.
season-unfit-marks = Bitte lass Anführungszeichen, Erwähnungen und unsichtbare Zeichen weg: `/karma season "Herbst"`.
season-unfit-taken = Eine Saison mit diesem Namen gibt es schon; `/karma seasons` listet sie auf.

# Das Formular, das eine beginnt; sein Titel hat höchstens 24 Zeichen.
season-form-title = Saison beginnen
season-form-submit = Beginnen
season-form-label = Name
season-form-what = Jede Rangliste beginnt von vorn: für Leute, für Dinge, für gegebene Punkte und in Channels. *Nichts wird gelöscht*: Die bisherige Saison ({ $season }) kannst du weiter ansehen und die Gesamtranglisten auch; wer ältere Nachrichten bearbeitet, ändert die Punkte dort, wo sie gezählt wurden. Eine begonnene Saison lässt sich nicht rückgängig machen.
season-begun = *{ $season } hat begonnen.* `/leaderboard` zeigt sie ab jetzt, `/leaderboard last season` die davor und `/leaderboard all` alles.
season-late = Jemand anderes war schneller: Jetzt läuft { $season }.
