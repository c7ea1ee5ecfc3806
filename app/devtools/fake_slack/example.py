"""The people, channels and group that a fresh playground begins with."""

from app.devtools.fake_slack.values import Channel, Group, SlackMember

MEMBERS = (
    SlackMember("U0ANN00001", "ann", "ann", "Ann Lee", is_admin=True, is_owner=True),
    SlackMember("U0BOB00002", "bob", "bob", "Bob Martin"),
    SlackMember("U0CAROL003", "carol", "carol", "Carol Díaz", tz="America/New_York"),
    SlackMember("U0DAVE0004", "dave", "dave", "Dave Okafor", tz="Africa/Lagos"),
    SlackMember("U0EVE00005", "eve", "eve", "Eve Novák", tz="Europe/Prague"),
    SlackMember("U0FRANK006", "frank", "frankie", "Frank Meyer"),
    SlackMember("W0GRACE007", "grace", "Grace H", "Grace Hopkins", tz="America/New_York"),
    SlackMember("U0HEIDI008", "heidi", "heidi", "Heidi Suzuki", tz="Asia/Tokyo"),
    SlackMember("U0ROBOT009", "buildbot", "buildbot", "Build Robot", is_bot=True),
    SlackMember("U0OSCAR010", "oscar", "oscar", "Oscar Gone", deleted=True),
)
CHANNELS = (
    Channel("C0GENERAL1", "general"),
    Channel("C0RANDOM02", "random"),
    Channel("C0DEVDEV03", "dev"),
    Channel("C0SECRET04", "secret", is_private=True),
)
GROUPS = (Group("S0ENG00001", "eng", ("U0BOB00002", "U0CAROL003", "U0DAVE0004")),)
