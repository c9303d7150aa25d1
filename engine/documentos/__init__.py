"""What an empresa configures by small documents: each kind said once, all kept, versioned and served the same way.

==============  ===================================================================================================
``especie``     what a kind is: its name, its Struct, its path, its rules
``especies``    the kinds that there are
``cenario``     what a document is looked at against: what there is in the empresa beside it
==============  ===================================================================================================
"""
