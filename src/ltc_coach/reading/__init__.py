"""From text in files to trees and models, with every problem at its place.

:mod:`~ltc_coach.reading.tree` reads YAML, :mod:`~ltc_coach.reading.syntax` explains what YAML
cannot read, :mod:`~ltc_coach.reading.places` remembers where everything was written, and
:mod:`~ltc_coach.reading.shape` fits a tree into a model, in the words of :mod:`~ltc_coach.reading.wording`.
"""
