import sys
from pathlib import Path

from groq import Groq

transcription = Groq().audio.transcriptions.create_long(sys.argv[1], model="whisper-large-v3-turbo")
Path(sys.argv[2]).write_text(transcription.to_srt(), encoding="utf-8")
