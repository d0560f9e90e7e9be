"""The one router of the room: operations of several capabilities share addresses, such as GET and POST /customers."""

from zhike.api.public import make_router

router = make_router("customers")
