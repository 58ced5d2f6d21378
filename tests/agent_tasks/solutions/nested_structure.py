import sys
from pathlib import Path

from pydantic import BaseModel

from groq import Groq, LengthFinishReasonError


class Address(BaseModel):
    street: str
    city: str


class Customer(BaseModel):
    name: str
    address: Address


class Item(BaseModel):
    description: str
    quantity: int
    unit_price: float


class Invoice(BaseModel):
    number: str
    customer: Customer
    items: list[Item]


class Report(Invoice):
    total: float


try:
    completion = Groq().chat.completions.parse(
        model="openai/gpt-oss-120b",
        messages=[
            {"role": "system", "content": "Extract the invoice from the letter."},
            {"role": "user", "content": Path(sys.argv[1]).read_text(encoding="utf-8")},
        ],
        response_format=Invoice,
    )
except LengthFinishReasonError as error:
    sys.exit(f"The answer was cut off: {error}")
invoice = completion.choices[0].message.parsed
total = sum(item.quantity * item.unit_price for item in invoice.items)
print(Report(**invoice.model_dump(), total=total).model_dump_json())
