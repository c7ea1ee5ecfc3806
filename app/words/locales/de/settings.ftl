# Die Einstellungen des Workspace, und wer sie ändern darf.

# Titel und Buttons eines Formulars haben höchstens 24 Zeichen.
settings-title = Einstellungen
settings-save = Speichern
# $people sind Namen; some sagt, ob welche bekannt sind.
settings-managers-only = Das können nur Admins und Karma-Manager{ $some ->
    [some] : { $people }.
   *[none] .
  }
settings-admins-only = Das können nur Admins und Inhaber dieses Workspace{ $some ->
    [some] : { $people }.
   *[none] .
  }
settings-unchecked = Slack hat mir nicht gesagt, ob du Admin bist. Bitte versuch es in einer Minute noch einmal.

settings-of-workspace =
    {"*"}Diese Einstellungen gelten im ganzen Workspace.* Wähl einen Channel, um zu sehen oder zu ändern, was dort anders ist.
    Speichere vorher: Nicht Gespeichertes geht verloren.
# $what ist, was davon eingetragen ist: language, zone oder both.
settings-suggested = Noch ist nichts eingestellt, darum habe ich { $what ->
    [language] deine Sprache eingetragen. Mit dem Speichern gilt sie
    [zone] deine Zeitzone eingetragen. Mit dem Speichern gilt sie
   *[both] deine Sprache und deine Zeitzone eingetragen. Mit dem Speichern gelten sie
  } für alle.
# $channel ist sein Link.
settings-of-channel =
    {"*"}Diese Einstellungen gelten nur in { $channel }.* Was du nicht änderst, richtet sich nach dem Workspace.
    Speichere, bevor du einen anderen wählst: Nicht Gespeichertes geht verloren.
settings-choose-channel = Channel wählen
settings-back = Der ganze Workspace
settings-managers-are = {"*"}Manager:* { $people }. Das können nur Admins und Inhaber in Slack ändern.

# Was in einem Feld steht, das weder an noch aus ist, keine Zahl und keine Liste.
settings-on = An
settings-off = Aus
settings-inherited = Wie im Workspace
# $value ist, was im Workspace gilt.
settings-as-in-workspace = Wie im Workspace ({ $value })
settings-inherit-number = Lass es leer, damit es wie im Workspace ist ({ $value }).
settings-inherit-emoji = Lass es leer, damit es wie im Workspace ist ({ $value }), oder schreib { $none } für gar keine Emojis.
settings-none = keine
settings-no-channel = keiner
settings-no-limit = unbegrenzt

settings-saved = {"*"}Gespeichert.* Ab jetzt:
settings-saved-in = {"*"}Für { $channel } gespeichert.* Ab jetzt:
settings-change = • { $setting }: { $before } → { $after }
settings-absent = In { $channel } kann ich noch nichts posten. Lade mich dort mit `/invite @{ APP() }` ein.
settings-same = Alles gut: Es bleibt, wie es war.

settings-wrong-number = Bitte gib eine ganze Zahl von { $least } bis { $most } ein.
settings-wrong-emoji = Das Emoji { $word } kenne ich nicht. Schreib die Namen, die Slack anzeigt, wenn du mit der Maus auf ein Emoji gehst: { $example }
settings-wrong-many = Bitte gib höchstens { $most } Einträge mit je bis zu 80 Zeichen ein.
settings-wrong-zone = Diese Zeitzone kenne ich nicht. Schreib sie wie { $example }.
settings-wrong-zone-near = Diese Zeitzone kenne ich nicht. Meinst du { $near }?
settings-wrong-no-channel = Wähl bitte einen Channel oder schalte es aus.
settings-wrong-both = { $word } steht in beiden Listen. Lass es bitte nur in einer.

setting-group-basics = Grundlagen
setting-group-replies = Wo ich antworte
setting-group-counting = Was zählt
setting-group-limits = Grenzen
setting-group-posts = Was ich von selbst schreibe
setting-group-more = Mehr

setting-language = Sprache
setting-language-help = In welcher Sprache ich hier schreibe; Befehle sind in jeder Sprache gleich.
setting-time-zone = Zeitzone
setting-time-zone-help = Nach ihr richten sich eure Tage, Wochen und Monate; schreib sie wie Europe/Berlin.
setting-first-weekday = Erster Tag der Woche
setting-first-weekday-help = Mit welchem Tag die Wochen auf Ranglisten beginnen; vergangene Wochen bleiben, wie sie sind.
setting-first-weekday-is-monday = Montag
setting-first-weekday-is-sunday = Sonntag
setting-first-weekday-is-saturday = Samstag
setting-managers = Karma-Manager
setting-managers-help = Sie dürfen hier alles, was Admins dürfen, nur keine Manager ernennen; Gäste und Bots können es nicht sein.

setting-replies = Antwort auf Punkte
setting-replies-help = Punkte zählen in jedem Fall; wenn welche nicht zählen, sage ich es nur der Person, die sie gegeben hat.
setting-replies-is-thread = In einem Thread unter der Nachricht
setting-replies-is-channel = Im Channel
setting-replies-is-reaction = Mit einem ✅ an der Nachricht
setting-replies-is-ephemeral = Nur der Person, die sie gegeben hat
setting-replies-is-silent = Gar nicht
setting-quiet-channels = Stille Channels
setting-quiet-channels-help = Dort zählen Punkte, und ich sage gar nichts.
setting-scores = Punktestand zeigen
setting-scores-help = Schalt das aus für Antworten ohne Zahlen, etwa „Danke, für Bob notiert“.
setting-milestones = Runde Zahlen feiern
setting-milestones-help = Wenn ein Punktestand 10, 50, 100, 250, 500, 1.000 und so weiter erreicht, steht in meiner Antwort ein :tada:.
setting-notices = Leuten Bescheid geben, wenn sie Punkte bekommen
setting-notices-help = Als Direktnachricht, wenn die Punkte von jemand anderem sind.
setting-notices-is-never = Nie
setting-notices-is-digest = Einmal am Tag
setting-notices-is-direct = Jedes Mal
setting-first-points = Leuten von ihrem ersten Punkt erzählen
setting-first-points-help = Einmal, per Direktnachricht, mit dem Hinweis, wie man selbst Punkte gibt und wie man aussteigt.
setting-thanks = Etwas Nettes sagen, wenn man mir dankt
setting-thanks-help = Wenn mir jemand einen Punkt gibt, antworte ich mit mehr als dem Punktestand.

setting-votes = Punkte
setting-votes-help = Schalt das aus, wo ich keine Punkte zählen soll; was schon gezählt wurde, bleibt.
setting-minus = Minus
setting-minus-help = Welche Minuspunkte zählen; bei anderen sage ich nur der Person Bescheid, die sie gegeben hat.
setting-minus-is-on = Alle zählen
setting-minus-is-things = Nur für Dinge, nicht für Leute
setting-minus-is-reason = Nur mit Begründung
setting-minus-is-off = Keine zählen
setting-things = Punkte für Dinge
setting-things-help = Schalt das aus, damit nur Punkte für Leute zählen; bei postgres++ sage ich nur der Person Bescheid, die es schreibt.
setting-plus-reactions = Reaktionen, die einen Punkt geben
setting-plus-reactions-help = Emojis, die der Person einen Punkt geben, von der die Nachricht ist; durch Leerzeichen getrennt.
setting-minus-reactions = Reaktionen, die einen Punkt nehmen
setting-minus-reactions-help = Emojis, die der Person einen Punkt nehmen, von der die Nachricht ist; durch Leerzeichen getrennt.
setting-joining = Sich einem Dank anschließen
setting-joining-help = Ob ein ++ im Thread dazu oder eine Reaktion darauf für alle zählt, denen gedankt wurde.
setting-currency = Emojis, die wie ++ zählen
setting-currency-help = Direkt nach einer Erwähnung gibt jedes einen Punkt; @bob :taco: :taco: gibt also zwei.
setting-strangers = Externe
setting-strangers-help = Ob Punkte von und für Leute zählen, die einen Channel mit euch teilen, aber nicht in diesem Workspace sind.

setting-max-points = Punkte auf einmal, höchstens
setting-max-points-help = Was eine Nachricht einer Person oder einem Ding geben oder nehmen kann; was darüber liegt, wird gekürzt.
setting-max-targets = Leute und Dinge auf einmal, höchstens
setting-max-targets-help = Für wie viele Leute und Dinge eine Nachricht sein kann, alle Mitglieder einer Gruppe mitgezählt.
setting-daily-allowance = Punkte am Tag
setting-daily-allowance-help = Was jede Person an einem Tag geben kann, Plus und Minus zusammen; leer heißt unbegrenzt.
setting-cooldown = Pause in Minuten
setting-cooldown-help = Wie lange man wartet, bis man derselben Person oder demselben Ding wieder etwas geben kann; 0 heißt gar nicht.
setting-undo-window = Minuten zum Rückgängigmachen
setting-undo-window-help = Wie lange /karma undo und sein Button funktionieren; 0 schaltet sie aus.

setting-recap = Rückblick
setting-recap-help = Ein Beitrag über die letzte Woche oder den letzten Monat: wer am meisten bekommen und gegeben hat, wofür, und wer zum ersten Mal Punkte bekam.
setting-recap-is-off = Aus
setting-recap-is-weekly = Jede Woche
setting-recap-is-monthly = Jeden Monat
setting-recap-channel = Channel des Rückblicks
setting-recap-channel-help = Wo er erscheint; ich muss in diesem Channel sein.
setting-recap-day = Tag des Rückblicks
setting-recap-day-help = Ein monatlicher kommt am ersten dieser Wochentage im Monat.
setting-recap-day-is-monday = Montag
setting-recap-day-is-tuesday = Dienstag
setting-recap-day-is-wednesday = Mittwoch
setting-recap-day-is-thursday = Donnerstag
setting-recap-day-is-friday = Freitag
setting-recap-day-is-saturday = Samstag
setting-recap-day-is-sunday = Sonntag
setting-recap-hour = Stunde des Rückblicks
setting-recap-hour-help = Von 0 bis 23, in der Zeitzone des Workspace.
setting-feed-channel = Channel für alle Punkte
setting-feed-channel-help = Wo ich weitersage, was in offenen Channels gegeben wurde, etwa #kudos; aus geschlossenen nie etwas.

setting-boards = Ranglisten
setting-boards-help = Wessen Punkte man auf Ranglisten, Diagrammen, der Startseite und Karten sieht; die eigene Karte sieht man immer.
setting-boards-is-everyone = Die von allen
setting-boards-is-own = Nur den eigenen Platz
setting-boards-is-off = Keine
setting-people-bottom = Letzte Plätze für Leute
setting-people-bottom-help = Ob /leaderboard bottom auch Leute zeigt oder nur Dinge.
setting-stop-list = Namen, die auf ++ enden
setting-stop-list-help = Namen, die ohnehin auf ++ oder -- enden und keine Punkte bekommen, wie notepad++, durch Leerzeichen getrennt.
