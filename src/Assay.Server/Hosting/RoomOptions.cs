using System.ComponentModel.DataAnnotations;
using Assay.Server.Data;
using Microsoft.Extensions.Options;

namespace Assay.Server.Hosting;

/// <summary>Reads each room's section once, at start. An unknown key, a value of the wrong kind or out of range stops the start.</summary>
internal sealed class RoomOptions(IServiceCollection services, IConfiguration configuration)
{
    private readonly HashSet<string> sections = new(StringComparer.OrdinalIgnoreCase);

    public T Add<T>(string section)
        where T : class, new()
    {
        var value = Read<T>(section);
        services.AddSingleton(Options.Create(value));
        sections.Add(section);
        return value;
    }

    /// <summary>The root section holds the other sections besides its own keys.</summary>
    public T AddRoot<T>(string section)
        where T : class, new()
    {
        var own = typeof(T).GetProperties().Select(property => property.Name);
        var rooms = sections.Select(name => name.Split(':')[1]);
        var known = own.Concat(rooms).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (configuration.GetSection(section).GetChildren().FirstOrDefault(child => !known.Contains(child.Key)) is { } unknown)
        {
            throw new StartRefused($"Unknown configuration key {unknown.Path}. Known here: {string.Join(", ", known.Order(StringComparer.Ordinal))}.");
        }
        var value = new T();
        Bind(section, value, strict: false);
        Validate(section, value);
        services.AddSingleton(Options.Create(value));
        return value;
    }

    private T Read<T>(string section)
        where T : class, new()
    {
        var value = new T();
        Bind(section, value, strict: true);
        Validate(section, value);
        return value;
    }

    private static void Validate(string section, object value)
    {
        var problems = new List<ValidationResult>();
        if (!Validator.TryValidateObject(value, new ValidationContext(value), problems, validateAllProperties: true))
        {
            var first = problems[0];
            throw new StartRefused($"Wrong configuration value for {section}:{first.MemberNames.FirstOrDefault()}: {first.ErrorMessage}");
        }
        foreach (var part in value.GetType().GetProperties().Where(property => property.PropertyType.IsClass && property.PropertyType.Assembly == typeof(RoomOptions).Assembly))
        {
            Validate($"{section}:{part.Name}", part.GetValue(value)!);
        }
    }

    private void Bind<T>(string section, T value, bool strict)
        where T : class
    {
        try
        {
            configuration.GetSection(section).Bind(value, options => options.ErrorOnUnknownConfiguration = strict);
        }
        catch (InvalidOperationException failure)
        {
            throw new StartRefused($"Wrong configuration in section {section}: {failure.Message}");
        }
    }
}
