"""The rights of the portal: a table that an officer can read, and the tests that hold it true."""
