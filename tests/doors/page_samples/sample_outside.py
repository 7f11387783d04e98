"""Pages outside any account."""

from __future__ import annotations

from datetime import timedelta

from sample_frame import NOW, ago, public
from sample_post import ADDRESSEE, STEPS

from pillarbox.web.views import Choice, FieldError, Tone, account, doors

SAMPLES = {
    "sign_in": (public("Sign in"), doors.SignIn()),
    "sign_in_wrong": (
        public(
            "Sign in",
            errors=(
                FieldError("email", "Enter the e-mail address with which you signed up."),
                FieldError("password", "Enter your password."),
            ),
        ),
        doors.SignIn(email="ffion@", next_path="/a/x/orders"),
    ),
    "signed_out": (public("Signed out"), doors.SignedOut()),
    "signed_out_by_us": (
        public("Signed out"),
        doors.SignedOut(
            by_us="We ended every session on 1 November, to be sure that each page goes to its own account."
        ),
    ),
    "not_found": (public("Nothing here", status_url="https://status.example/"), doors.NotFoundPage()),
    "problem": (
        public("Problem"),
        doors.Problem(
            "Something went wrong on our side",
            ("Nothing was charged, and nothing you typed was sent twice.", "Please try again in a minute."),
            "/",
            "Try again",
        ),
    ),
    "suspended": (
        public("Shut for now", status_url="https://status.example/"),
        doors.Suspended(
            "Pillarbox",
            ago(minutes=21),
            "https://status.example/",
            "https://status.example/forms",
            NOW + timedelta(minutes=25),
        ),
    ),
    "test_payment": (
        public("Test payment", test_mode=True),
        doors.TrialPayment(
            "/test-payments/tp_1",
            5000,
            "Pillarbox, for Marram & Wool",
            "TP-204-118",
            (Choice("paid", "Pay"), Choice("declined", "Let the card be declined"), Choice("abandoned", "Walk away")),
        ),
    ),
    "track": (
        public("Your parcel"),
        account.Track(
            "RM473202591GB",
            "On its way to Swansea, expected tomorrow",
            Tone.PLAIN,
            tuple(account.TrackStep(s.words, s.place, s.at) for s in STEPS),
            ("Most parcels come by 5 pm. If yours has not come by Friday, ask the sender: they can start a search.",),
            "Tracked 24",
            "/track/RM473202591GB",
        ),
    ),
    "track_shown": (
        public("Your parcel", errors=()),
        account.Track(
            "RM473202591GB",
            "Delivered to Swansea, today",
            Tone.GOOD,
            (account.TrackStep("Delivered to your letterbox", "Swansea", ago(minutes=38), Tone.GOOD),),
            (),
            "Tracked 24",
            "/track/RM473202591GB",
            addressee=ADDRESSEE,
        ),
    ),
    "track_find": (
        public("Track a parcel", errors=(FieldError("number", "This number has one figure too few. Check it again."),)),
        account.TrackFind("RM47320259GB"),
    ),
}
