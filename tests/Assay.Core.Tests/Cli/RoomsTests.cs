using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using Assembly = System.Reflection.Assembly;

namespace Assay.Core.Tests.Cli;

/// <summary>The client's rooms: one uses only the rooms below it.</summary>
public sealed class RoomsTests
{
    // From the top down. Rooms on one floor do not use each other.
    private static readonly string[][] Floors = [["Commands"], ["Verifying", "Monitoring"], ["Logs"], ["Registry", "State"], ["Lockfiles", "Output"]];

    private static readonly Architecture House = new ArchLoader().LoadAssemblies(Assembly.Load("assay")).Build();

    [Fact]
    public void No_room_uses_a_room_above_or_beside_it()
    {
        var wrong =
            from type in House.Types
            let room = RoomOf(type)
            where room is not null
            from dependency in type.Dependencies
            let other = RoomOf(dependency.Target)
            where other is not null && other != room && FloorOf(other) <= FloorOf(room)
            select $"{type.FullName} uses {dependency.Target.FullName}";

        Assert.Empty(wrong.Distinct());
    }

    [Fact]
    public void The_house_has_all_its_rooms()
    {
        var rooms = House.Types.Where(type => type.FullName.StartsWith("Assay.Cli.", StringComparison.Ordinal)).Select(RoomOf).ToHashSet();

        Assert.Equal(Floors.SelectMany(floor => floor).Order(), rooms.Order());
    }

    // The rest only decides: it can be tested without a network and a disk.
    [Theory]
    [InlineData("System.Net.Http.HttpClient", "RegistryClient")]
    [InlineData("System.IO.File", "NpmConfigFiles", "StateFile", "Targets", "RegistryOptions", "VerifyCommand")]
    [InlineData("System.Environment", "Surroundings")]
    [InlineData("System.Console", "Surroundings")]
    public void Only_some_types_touch_the_outside(string outside, params string[] allowed)
    {
        var users =
            from type in House.Types
            where type.FullName.StartsWith("Assay.Cli.", StringComparison.Ordinal) && type.Dependencies.Any(dependency => dependency.Target.FullName == outside)
            select type.FullName.Split('.')[^1].Split('+', '/', '<')[0];

        Assert.Empty(users.Distinct().Except(allowed));
    }

    private static string? RoomOf(IType type)
    {
        var parts = type.FullName.Split('.', '+', '/');
        return parts is ["Assay", "Cli", var room, _, ..] && Floors.Any(floor => floor.Contains(room)) ? room : null;
    }

    private static int FloorOf(string room) => Array.FindIndex(Floors, floor => floor.Contains(room));
}
