"""`python -m zoo.recipes NAME ...` trains a recipe, as `zoo train NAME ...` does."""

import sys

from zoo.recipes import recipe_named

if __name__ == "__main__":
    recipe_named(sys.argv[1]).main(sys.argv[2:])
