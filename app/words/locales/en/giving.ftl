# The form "Give karma", and the step of a workflow with the same name.

# The title and the buttons have at most 24 characters.
giving-title = Give karma
giving-submit = Give
giving-cancel = Cancel
giving-close = Close
# $author is a mention.
giving-about = { $author } wrote this message. What you give here counts like a vote in an answer to it.
# $points is signed, as text: +2.
giving-stands = You gave { $points } for this message before. What you give now takes its place; 0 takes it back.
giving-whom = Who gets the points
giving-channel = Channel
giving-channel-hint = That is where they count, and where I say so. You and I both have to be in it.
giving-points = Points
giving-points-hint = A whole number from { $least } to { $most }.
giving-reason = Reason
giving-reason-hint = A minus counts here only with a reason.

giving-wrong-points = Please write a whole number from { $least } to { $most }.
giving-no-zero = Please give at least one point, or close this form.
giving-nobody = Please choose who gets the points.
giving-not-there = Points can be given only in channels that you and I are both in, not in direct messages. `/invite @pptbot` brings me into one.
giving-unchecked = Slack has not told me about that channel. Nothing has changed; please try again in a minute.
giving-long-reason = A reason has at most { $most } characters.

giving-own-message = That is your own message. Votes for yourself do not count, but it is good to hear that you are proud.
giving-unknown-author = I cannot tell who wrote that message, so nobody can get points for it.
giving-closed = Your points for that message were taken back, or the message is gone. Nothing can be given for it any more.

# Whoever has made the workflow reads these.
giving-step-incomplete = This step needs somebody who gives, somebody else who gets the points, the points as a whole number other than 0, and a channel.
giving-step-no-member = Points can be given only in the name of an active member of this workspace: not of a guest or an app, nor of somebody who has left.
giving-step-not-there = Points can be given only in channels that the giver and pptbot are both in.
giving-step-unknown = pptbot has no such step here: it was made for another version of it, or for another workspace.
