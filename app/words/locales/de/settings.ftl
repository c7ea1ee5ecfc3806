# Die Einstellungen des Workspace, und wer sie ändern darf.

# Titel und Buttons eines Formulars haben höchstens 24 Zeichen.
settings-title = Einstellungen
settings-save = Speichern
settings-cancel = Abbrechen
settings-close = Schließen
settings-opened = Ich habe die Einstellungen geöffnet. Noch hat sich nichts geändert.
settings-managers-only = Das dürfen nur die Admins dieses Workspace und die Leute, die sie als Manager benannt haben. Geändert hat sich nichts.
settings-admins-only = Das dürfen nur die Admins und Inhaber dieses Workspace in Slack. Geändert hat sich nichts.
settings-unchecked = Ich konnte in Slack nicht nachsehen, ob du das darfst. Darum hat sich nichts geändert; versuch es bitte in einer Minute noch einmal.

settings-of-workspace =
    {"*"}Diese Einstellungen gelten im ganzen Workspace.* Was nur für einen Kanal eingestellt ist, geht dort vor: Wähle einen Kanal, um es zu sehen.
    Speichere, bevor du wählst: Was nicht gespeichert ist, geht verloren.
# $channel ist sein Link.
settings-of-channel =
    {"*"}Diese Einstellungen gelten nur in { $channel }.* Was du lässt wie im Workspace, folgt dem Workspace.
    Speichere, bevor du einen anderen wählst: Was nicht gespeichert ist, geht verloren.
settings-choose-channel = Kanal wählen
settings-back = Der ganze Workspace
settings-managers-are = {"*"}Manager:* { $people }. Das können nur die Admins und Inhaber in Slack ändern.

# Was in einem Feld steht, das weder an noch aus ist, keine Zahl und keine Liste.
settings-on = An
settings-off = Aus
settings-inherited = Wie im Workspace
# $value ist, was im Workspace gilt.
settings-as-in-workspace = Wie im Workspace ({ $value })
settings-inherit-number = Leer: wie im Workspace ({ $value }).
settings-inherit-emoji = Leer: wie im Workspace ({ $value }). { $none }: gar keine Emoji.
settings-none = keine
settings-no-limit = unbegrenzt

settings-saved = {"*"}Gespeichert.* Ab jetzt gilt:
settings-saved-in = {"*"}Für { $channel } gespeichert.* Dort gilt ab jetzt:
settings-change = • { $setting }: { $before } → { $after }
settings-same = Es hat sich nichts geändert.

settings-wrong-number = Schreib bitte eine ganze Zahl von { $least } bis { $most }.
settings-wrong-emoji = { $word } ist kein Emoji. Schreib sie wie in einer Nachricht: { $example }
settings-wrong-many = Das ist zu viel: höchstens { $most } Einträge mit je 80 Zeichen.
settings-wrong-zone = Diese Zeitzone kenne ich nicht. Schreib sie wie { $example }.
settings-wrong-zone-near = Diese Zeitzone kenne ich nicht. Meinst du { $near }?
settings-wrong-both = { $word } kann nicht zugleich einen Punkt geben und nehmen: Es steht in beiden Listen.

setting-group-replies = Antworten
setting-group-votes = Stimmen
setting-group-limits = Grenzen
setting-group-reactions = Reaktionen
setting-group-time = Zeit und Sprache
setting-group-people = Leute

setting-replies = Wie ich auf Stimmen antworte
setting-replies-help = Die Stimmen zählen in jedem Fall. Auch wo ich nichts sage, erfährt jede Person, und nur sie, wenn eine Stimme von ihr nicht zählt.
setting-replies-is-thread = In einem Thread unter der Nachricht
setting-replies-is-channel = Im Kanal
setting-replies-is-reaction = Mit einem ✅ an der Nachricht
setting-replies-is-ephemeral = Nur der Person, die abgestimmt hat
setting-replies-is-silent = Gar nicht
setting-quiet-channels = Stille Kanäle
setting-quiet-channels-help = Stimmen zählen dort, und ich sage überhaupt nichts.
setting-notices = Nachricht an die, die Punkte bekommen
setting-notices-help = Als Direktnachricht an alle, die von anderen Punkte bekommen haben.
setting-notices-is-never = Nie
setting-notices-is-digest = Einmal am Tag
setting-notices-is-direct = Jedes Mal
setting-thanks = Ein nettes Wort, wenn man mir dankt
setting-thanks-help = Wenn mir selbst jemand einen Punkt gibt. Aus: Ich sage nur den Punktestand.

setting-minus = Minusstimmen
setting-minus-help = Welche Stimmen zählen, die Punkte nehmen. Die anderen lehne ich ab und sage es der Person, die sie abgegeben hat.
setting-minus-is-on = Alle zählen
setting-minus-is-things = Nur für Dinge, nicht für Leute
setting-minus-is-reason = Nur mit Begründung
setting-minus-is-off = Keine zählt
setting-things = Stimmen für Dinge
setting-things-help = Aus: Nur Leute können Punkte haben, und postgres++ zählt nicht.
setting-stop-list = Namen, die keine Stimmen sind
setting-stop-list-help = Namen, die von sich aus auf ++ oder -- enden, wie notepad++, durch Leerzeichen getrennt. In Anführungszeichen kann man trotzdem für sie stimmen.

setting-max-points = Höchste Punktzahl auf einmal
setting-max-points-help = So viel kann eine Nachricht derselben Person oder demselben Ding geben oder nehmen. Was darüber ist, wird gekürzt.
setting-max-targets = Höchste Zahl von Empfängern auf einmal
setting-max-targets-help = Für so viele Leute und Dinge kann eine Nachricht sein; eine Gruppe zählt mit ihren Mitgliedern. Sind es mehr, zählt keine ihrer Stimmen.
setting-daily-allowance = Punkte, die man am Tag vergeben kann
setting-daily-allowance-help = Für jede Person, Plus und Minus zusammen, nach dem Tag in ihrer eigenen Zeitzone. Leer: unbegrenzt.
setting-cooldown = Minuten bis zur nächsten Stimme für dasselbe Ziel
setting-cooldown-help = So lange muss man warten, bis die nächste eigene Stimme für dieselbe Person oder dasselbe Ding zählt. 0: keine Wartezeit.
setting-undo-window = Minuten zum Zurücknehmen
setting-undo-window-help = So lange gehen /karma undo und sein Button. Eine Nachricht bearbeiten oder löschen kann man jederzeit. 0: gar nicht.

setting-plus-reactions = Reaktionen, die einen Punkt geben
setting-plus-reactions-help = Emoji, die der Person, die die Nachricht geschrieben hat, einen Punkt geben, durch Leerzeichen getrennt.
setting-minus-reactions = Reaktionen, die einen Punkt nehmen
setting-minus-reactions-help = Emoji, die der Person, die die Nachricht geschrieben hat, einen Punkt nehmen, durch Leerzeichen getrennt.

setting-time-zone = Zeitzone
setting-time-zone-help = Wo Tage, Wochen und Monate beginnen und enden, zum Beispiel Europe/Berlin. Was gezählt ist, bleibt in dem Tag, in dem es gezählt wurde.
setting-first-weekday = Erster Tag der Woche
setting-first-weekday-help = Wochen, die schon gezählt sind, bleiben, wie sie sind.
setting-first-weekday-is-monday = Montag
setting-first-weekday-is-sunday = Sonntag
setting-first-weekday-is-saturday = Samstag
setting-language = Sprache
setting-language-help = Was ich hier spreche. Befehle sind in jeder Sprache gleich.

setting-strangers = Leute aus anderen Organisationen
setting-strangers-help = Ob Stimmen von und für Leute zählen, die in geteilten Kanälen, aber nicht in diesem Workspace sind.
setting-managers = Manager
setting-managers-help = Sie dürfen hier alles, was die Admins und Inhaber in Slack dürfen, außer Manager benennen. Gäste und Bots können keine Manager sein.
