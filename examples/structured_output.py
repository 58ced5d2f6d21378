"""Ask for an answer of a type, and get an instance of it."""

from pydantic import BaseModel

from groq import Groq
from groq.testing import local_if_no_key


class Ingredient(BaseModel):
    name: str
    grams: int


class Recipe(BaseModel):
    title: str
    minutes: int
    ingredients: list[Ingredient]


def main() -> None:
    completion = Groq().chat.completions.parse(
        messages=[{"role": "user", "content": "How do I make pancakes for two?"}],
        model="openai/gpt-oss-20b",
        response_format=Recipe,
    )
    recipe = completion.choices[0].message.parsed
    if recipe:
        print(f"{recipe.title}, {recipe.minutes} minutes")
        for ingredient in recipe.ingredients:
            print(f"{ingredient.grams:5} g {ingredient.name}")


if __name__ == "__main__":
    with local_if_no_key():
        main()
