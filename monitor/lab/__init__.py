"""The lab: the seed's two applications on loopback, with a truth of their own, for the demo and the tests."""
