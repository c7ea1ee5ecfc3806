# The App Home.

home-title = Your karma
home-welcome = Welcome!
home-first =
    Your points will show up here. A good way to start is to thank somebody: write in a channel that I'm in

    • `@someone++ for the release` to give a point, `@someone+++` to give two
    • `postgres++` to thank a thing, `"code review"++` if its name has several words
    • `++ for the write-up` in a thread, to thank whoever started it
# For admins and managers.
home-missing-scopes = { $count ->
    [one] {"*"}I'm missing a permission in Slack:* { $scopes }. Some of what I do won't work until I have it.
   *[other] {"*"}I'm missing permissions in Slack:* { $scopes }. Some of what I do won't work until I have them.
  } Add { $count ->
    [one] it
   *[other] them
  } at api.slack.com/apps under *OAuth & Permissions*, then install the app again.
home-absent = {"*"}I can't post in { $channel },* where you want recaps or all points posted. Invite me there with `/invite @{ APP() }`, or choose another channel in the settings if that one is archived.
home-refusing = {"*"}I'm not allowed to post in { $channel }* (Slack says `{ $reason }`). Points given there count, but nobody sees my replies. Ask whoever manages the channel to let me post there, or to remove me.
home-setup = {"*"}Let's get started.* Which language should I speak here, and in which time zone do your days begin? I've filled in yours.
home-setup-button = Language and time zone
home-no-channel =
    {"*"}I'm not in any channel yet.* To invite me, open a channel and write there:
    ```/invite @{ APP() }```
    It works in private channels too. I only see channels that I'm in.
home-out-title = You're opted out
home-out = Nobody can give you points, and no board, card or search shows you. Your points are safe: the button below, or `/karma opt-in`, brings you back.

home-received = Points you got lately
home-given = Points you gave lately
home-gave = Points you gave
home-gave-none = None yet
home-none-received = None that I can show here.
home-none-given = None yet: `@someone++ for the release` gives a point.
home-private = Points given in a private channel show only there.

# `rank` is `3rd`.
home-standing = { $rank } with { $count ->
    [one] { $count } point
   *[other] { $count } points
  }
home-behind = { $count } behind { $name }
home-nothing = No points yet
home-gave-rank = { $rank } among givers
home-allowance = { $of ->
    [one] You can still give your point today.
   *[other] You can still give { $left } of your { $of } points today.
  }
home-allowance-spent = { $of ->
    [one] You've given your point for today. There's more tomorrow.
   *[other] You've given all your { $of } points for today. There's more tomorrow.
  }
# Slack inserts a time: `today at 14:30`.
home-as-of = Updated { $moment }

# Buttons; the titles of forms have at most 24 characters, the answers to a question 30.
home-give = Give karma
home-help = Help
home-help-title = How this works
home-opt-out = Opt out
home-opt-in = Opt back in
home-confirm-title = Opt out of karma?
home-confirm = Nobody will be able to give you points, and no board, card or search will show you. Your points are safe, and you can come back any time.
home-confirm-yes = Opt out
home-confirm-no = Stay
