# What the App Home says to the one person who sees it.

home-title = Your karma
home-welcome = Welcome to pptbot
home-first =
    Here you will find your points, your last votes, and who leads. You have none yet, so begin with others: in a channel that I am in, write

    • `@someone++ for the release` to give a point, `@someone+++` to give two
    • `postgres++` to thank a thing, `"code review"++` where its name has several words
    • `++ for the write-up` as a reply in a thread, to thank whoever began it
home-no-channel =
    {"*"}I am in no channel yet, so nobody can vote.* To invite me, open a channel and write there:
    ```/invite @pptbot```
    In private channels it works the same way. I hear only the channels that I am in.
home-out-title = You have opted out
home-out = Votes for you do not count, and no board, card or search shows you. Your points are kept: with the button below, or with `/karma opt-in`, you come back, and they are there as they were.

# These are buttons too.
home-week = This week
home-month = This month
home-season = This season
home-all = All time
home-received = The last votes for you
home-given = The last votes that you gave
home-gave = Points you gave
home-gave-none = None yet
home-none-received = None that can be shown here.
home-none-given = None yet: `@someone++ for the release` gives a point.
home-private = Votes that were given in a private channel are shown only there.

# `rank` is `3rd`.
home-standing = { $rank } with { $count ->
    [one] { $count } point
   *[other] { $count } points
  }
home-behind = { $count } behind { $name }
home-leads = Nobody is ahead of you
home-nothing = No points yet
home-gave-rank = { $rank } among givers
home-allowance = { $of ->
    [one] You can still give { $left } of your { $of } point today.
   *[other] You can still give { $left } of your { $of } points today.
  }
home-allowance-spent = { $of ->
    [one] You have given all your { $of } point of today. Tomorrow there is more.
   *[other] You have given all your { $of } points of today. Tomorrow there is more.
  }
# Slack puts a moment in: `today at 14:30`.
home-as-of = As of { $moment }. After you open it, this page follows your votes for ten minutes.

# Buttons; the titles of forms have at most 24 characters, the answers to a question 30.
home-help = Help
home-help-title = How pptbot works
home-help-close = Close
home-opt-out = Opt out
home-opt-in = Opt in again
home-confirm-title = Opt out of karma?
home-confirm = Votes for you will no longer count, and no board, card or search will show you. Your points are kept, and you can come back at any time.
home-confirm-yes = Opt out
home-confirm-no = Stay
