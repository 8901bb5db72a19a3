"""Problems from plain functions, without a class: `designopt.problem("hodoscope-v1", variables=[...], ...)`."""
