"""Runs charts in Qt's interpreter of SCXML, through its binding for Python.

Reads lines of JSON, each [chart, events], and answers each with a line: the names of the active
states at the start and after each event (`done` where the chart has ended), or what is wrong with it.
"""
import json
import os
import sys

os.environ.setdefault("QT_LOGGING_RULES", "*=false")
from PySide2.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice
from PySide2.QtScxml import QScxmlStateMachine

application = QCoreApplication([])


def settle():
    for _ in range(20):
        application.processEvents()


def active(machine):
    return sorted(machine.activeStateNames(False)) if machine.isRunning() else ["done"]


def run(chart, events):
    buffer = QBuffer()
    buffer.setData(QByteArray(chart.encode()))
    buffer.open(QIODevice.ReadOnly)
    machine = QScxmlStateMachine.fromData(buffer)
    errors = [error.toString() for error in machine.parseErrors()]
    if errors:
        return {"errors": errors}
    machine.start()
    settle()
    found = [active(machine)]
    for event in events:
        machine.submitEvent(event)
        settle()
        found.append(active(machine))
    return {"states": found}


for line in sys.stdin:
    print(json.dumps(run(*json.loads(line))), flush=True)
