/** The manual page (man(7) macros), from the grammar itself. */

import type { Command } from "commander";

/** Text that troff takes for itself. */
const roff = (text: string): string =>
  text
    .replace(/\\/g, "\\e")
    .replace(/-/g, "\\-")
    .split("\n")
    .map((line) => line.replace(/^([.'])/, "\\&$1"))
    .join("\n");

/** What `addHelpText` adds behind the options. */
function examplesOf(command: Command): string[] {
  let text = "";
  const before = command.configureOutput();
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  command.configureOutput(before);
  return [...text.matchAll(/^ {2}\$ (.*)$/gm)].map((match) => match[1]!);
}

function optionsOf(command: Command): string[] {
  const help = command.createHelp();
  return help
    .visibleOptions(command)
    .flatMap((option) => [".TP", `.B ${roff(help.optionTerm(option))}`, roff(help.optionDescription(option))]);
}

export function manPage(program: Command, version: string): string {
  const help = program.createHelp();
  const commands = help.visibleCommands(program).filter((command) => command.name() !== "help");
  const lines = [
    `.TH STRIDEBUF 1 "" "stridebuf ${version}" "User Commands"`,
    ".SH NAME",
    `stridebuf \\- ${roff(program.description())}`,
    ".SH SYNOPSIS",
    ".B stridebuf",
    ".I command",
    "[options] [arguments]",
    ".SH COMMANDS",
    ...commands.flatMap((command) => [
      `.SS ${roff(`stridebuf ${help.subcommandTerm(command)}`)}`,
      roff(help.subcommandDescription(command)),
      ...optionsOf(command),
      ...examplesOf(command).flatMap((example) => [".PP", ".EX", roff(example), ".EE"]),
    ]),
    ".SH EXIT STATUS",
    "0 done; 1 the input or the request is wrong, or",
    ".B diff",
    "found differences; 2 wrong usage.",
    ".SH ENVIRONMENT",
    ".TP",
    ".B NO_COLOR",
    "turns colours off, as does TERM=dumb.",
    ".TP",
    ".B COLUMNS",
    "is the width of lines where no terminal says one.",
  ];
  return `${lines.join("\n")}\n`;
}
