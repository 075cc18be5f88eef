"""What the tests of all apps stand on: real servers, template databases, real worker and web processes."""
