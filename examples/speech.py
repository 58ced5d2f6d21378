"""Turn a text into speech, in `speech.wav`."""

from groq import Groq
from groq.testing import local_if_no_key


def main() -> None:
    client = Groq()
    # The file is written as it arrives, and removed if the download fails.
    with client.audio.speech.with_streaming_response.create(
        model="canopylabs/orpheus-v1-english",
        voice="hannah",
        input="The quick brown fox jumps over the lazy dog.",
        response_format="wav",
    ) as response:
        response.stream_to_file("speech.wav")
    print("Wrote speech.wav")


if __name__ == "__main__":
    with local_if_no_key():
        main()
