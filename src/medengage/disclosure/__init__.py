"""What may leave the room: the only maker of ``Findings``.

Two steps. ``plan_release`` decides from counts alone which groups may have figures of their own;
``protect`` is the gate that every figure passes on its way into ``Findings``.
"""
