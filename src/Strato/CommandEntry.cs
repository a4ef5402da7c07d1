using System.CommandLine;

namespace Strato;

/// <summary>A command's name, and how it is built when it is called.</summary>
internal readonly record struct CommandEntry(string Name, Func<GlobalOptions, Command> Create);
